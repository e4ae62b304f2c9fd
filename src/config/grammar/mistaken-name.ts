// A name as people write it. A URL or a rule of a list in its place is refused, with the name that it contains: taken literally it would be a
// name that nobody ever asks for.
import { isIP } from 'node:net';
import { reasonOf } from '../../system/system-error.ts';
import { parseName } from '../../dns/name-text.ts';

/** Forms of texts that are no names, with the name of the form; the first group is the name in it. */
const MISTAKEN: readonly (readonly [form: RegExp, what: string])[] = [
  [/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@)?(?:\[[^\]]*\]|([^/:?#]*))/i, 'a URL'],
  [/^(?:@@)?\|\|?([^/^$|*]+)/, 'a rule of a list'],
  [/^[^/@]*@([^/@:]+)$/, 'an address of mail'],
  [/^([^/:?#@]+):[0-9]+(?:[/?#]|$)/, 'a name with a port'],
  [/^([^/?#:@]+)[/?#]/, 'an address of a page'],
  [/^\*\.(.+)$/, 'a pattern'],
];

/** Why a text is not a name, and what to write instead; undefined where it is one. */
export function faultOfName(name: string): string | undefined {
  for (const [form, what] of MISTAKEN) {
    const [isMistaken, found = ''] = form.exec(name) ?? [];
    if (isMistaken === undefined) continue;
    const write = isName(found) ? found : 'the name alone, such as www.example.org';
    return `"${name}" is ${what}, not a name; write ${write}`;
  }
  const bare = name.replace(/^\[|\](?::[0-9]+)?$/g, '');
  if (isIP(bare) !== 0) return `"${name}" is an address, not a name; write ${reverseOf(bare)}`;
  try {
    parseName(name);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function isName(text: string): boolean {
  try {
    return text !== '' && isIP(text) === 0 && parseName(text).length > 1;
  } catch {
    // Then there is no name to propose.
    return false;
  }
}

/** The name for the reverse lookup of an address; for IPv6, where to read how to write it. */
function reverseOf(address: string): string {
  if (address.includes(':')) return 'a name such as www.example.org';
  return `a name such as www.example.org, or for its own name ${address.split('.').toReversed().join('.')}.in-addr.arpa PTR`;
}
