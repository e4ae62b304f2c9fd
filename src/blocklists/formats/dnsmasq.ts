// Lines of dnsmasq.conf(5) that block: `address=/x/…`, `server=/x/` and `local=/x/`, each for x and all below it.
import { BLOCK, SUBTREE } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, RuleSink } from './line-format.ts';
import {
  EQUALS,
  find,
  HASH,
  SLASH,
  STAR,
  startOfSpacedComment,
  startsWith,
  toText,
  trimEnd,
} from './octets.ts';

export const dnsmasq: LineFormat = { name: 'dnsmasq', takesTopLevel: true, parseLine };

function parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  // A `#` inside a rule is not a comment: `address=/x/#` answers with the null address.
  const stop = trimEnd(octets, start, startOfSpacedComment(octets, start, end));
  const isAddressLine = startsWith(octets, start, stop, 'address=/');
  const isServerLine = startsWith(octets, start, stop, 'server=/');
  if (!isAddressLine && !isServerLine && !startsWith(octets, start, stop, 'local=/')) {
    parseOther(octets, start, stop, sink);
    return;
  }
  const names = find(octets, SLASH, start, stop) + 1;
  let target = stop;
  while (octets[target - 1] !== SLASH) target--;
  if (target === names) sink.fault('no name between slashes');
  else if (isServerLine && target < stop) sink.skip(SKIPPED.forwarding);
  else parseNames(octets, names, target, sink);
}

/** Files the names in [start, end), each followed by a slash. */
function parseNames(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  let at = start;
  while (at < end) {
    const stop = find(octets, SLASH, at, end);
    const isPattern = octets[at] === HASH || find(octets, STAR, at, stop) !== -1;
    if (isPattern) sink.skip(SKIPPED.pattern);
    else sink.rule(at, stop, BLOCK | SUBTREE);
    at = stop + 1;
  }
}

function parseOther(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const equals = find(octets, EQUALS, start, end);
  const key = equals === -1 ? end : equals;
  if (key - start <= 40 && /^[a-z][a-z0-9-]*$/.test(toText(octets, start, key))) sink.skip(SKIPPED.setting);
  else sink.fault('not a dnsmasq setting');
}
