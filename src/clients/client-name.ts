// What clients call themselves: anybody may say anything. The rule: as a label it is shown without what steers a terminal or page; as
// the name of a host it is given only where it is one, and is not a name that software asks for in search of servers.
import { toPrintable } from '../system/printable.ts';

/** The most characters of a label that are shown. */
const LONGEST_LABEL = 64;
/** A name of one label in letters, digits and hyphens (RFC 1123 section 2.1), which a number alone is not. */
const HOST = /^(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Names that mean something to software: the machine itself, and what is asked for to find a proxy (WPAD), a tunnel (RFC 5214) or
 * the servers for mail. A client that has one would be given what is sent there.
 */
const TAKEN: ReadonlySet<string> = new Set([
  'localhost',
  'localdomain',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  'wpad',
  'isatap',
  'autodiscover',
  'autoconfig',
]);

/** What is shown of a name; undefined where nothing of it is left. */
export function toLabel(name: string | undefined): string | undefined {
  const label = toPrintable((name ?? '').replaceAll(/[\t\n]/g, ' ').trim());
  if (label === '') return undefined;
  const characters = Array.from(label);
  return characters.length <= LONGEST_LABEL ? label : `${characters.slice(0, LONGEST_LABEL - 1).join('')}…`;
}

/** The first label of a name as a host's name, lower case; undefined where it is none or may not be had. */
export function toHostLabel(name: string): string | undefined {
  // A name with an empty label inside, such as `a..b`, is none.
  const [first = '', ...others] = name.toLowerCase().replace(/\.$/, '').split('.');
  if (name.length > 253 || others.some((label) => !HOST_OR_NUMBER.test(label))) return undefined;
  return HOST.test(first) && !TAKEN.has(first) ? first : undefined;
}

const HOST_OR_NUMBER = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
