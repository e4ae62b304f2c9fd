// The comment that every output starts with: what it was made from, how to install it and how to check it. Whatever a user
// wrote is quoted, so that it can neither end the line nor, with a backslash, continue it.

import type { Plan } from './plan.ts';

const DEFAULT_FILE = '/etc/vlandns/vlandns.yaml';

/** What the head of an output says about its target. */
export interface Heading {
  /** What begins a comment line, `#` or `//`. */
  readonly mark: string;
  /** What this is, a sentence. */
  readonly title: string;
  /** What to do with it, a line each; what is indented belongs to the line before. */
  readonly install: readonly string[];
  /** The command that checks it. */
  readonly check?: string;
}

/** What the head says where the output is a whole file of another program. */
export const REPLACES =
  'It takes the place of the whole file: keep a copy, and take over what else was in it.';

/** The comment lines above an output, an empty line after them. */
export function headingOf(plan: Plan, { mark, title, install, check }: Heading): string {
  const names = plan.vlans.map(({ name }) => name).join(', ');
  const lines = [
    title,
    `Made from ${inQuotes(plan.file)}: VLAN ${names}.`,
    '',
    ...install,
    ...(check === undefined ? [] : [`Check: ${check}`]),
  ];
  return `${comment(mark, lines)}\n`;
}

/** Lines as comments. */
export function comment(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${`${mark} ${line}`.trimEnd()}\n`).join('');
}

/** Any text as part of one line: in double quotes, with escapes for what is not printable. */
export function inQuotes(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The command that makes an output, as it is typed; what is not printable is shown as `?`. */
export function callOf(what: string, file: string, names: readonly string[]): string {
  const config = file === DEFAULT_FILE ? [] : ['-c', shellWord(file.replaceAll(/[^ -~]/g, '?'))];
  return ['vlandns', 'generate', what, ...names, ...config].join(' ');
}

/** Any text as one word of sh(1). */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A VLAN in a comment: name, tag and interface. */
export function titleOf({ name, id, interface: link }: Plan['vlans'][number]): string {
  const about = [id === undefined ? '' : `tag ${id}`, link ?? ''].filter((text) => text !== '');
  return `VLAN ${name}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}
