// Lines of dnsmasq.conf(5) that block: `address=/x/…`, `server=/x/` and `local=/x/`, each for x and all below it.
import { BELOW, BLOCK, SUBTREE } from '../rule.ts';
import { toExpression } from './glob.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, RuleSink } from './line-format.ts';
import {
  DOT,
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

export const dnsmasq: LineFormat = { name: 'dnsmasq', takesTopLevel: true, open: () => ({ parseLine }) };

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
  else if (!isAddressLine && target < stop) sink.skip(SKIPPED.forwarding);
  else parseNames(octets, names, target, sink);
}

/** Files the names in [start, end), each followed by a slash. */
function parseNames(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  let at = start;
  while (at < end) {
    const stop = find(octets, SLASH, at, end);
    // A leading dot says nothing, for historical reasons.
    const name = octets[at] === DOT && stop > at + 1 ? at + 1 : at;
    if (octets[name] === STAR) parseStar(octets, name, stop, sink);
    else if (octets[name] === HASH) sink.skip(SKIPPED.everything);
    else sink.rule(name, stop, BLOCK | SUBTREE);
    at = stop + 1;
  }
}

/** `*.x` is what lies below x, `*x` every name that ends so; elsewhere a star is not one. */
function parseStar(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  if (octets[start + 1] === DOT) {
    sink.rule(start + 2, end, BLOCK | BELOW);
    return;
  }
  const body = toText(octets, start, end);
  const expression = toExpression({ body, start: 'anywhere', isClosed: true });
  if (expression === undefined) sink.skip(SKIPPED.pattern);
  else sink.expression(expression, BLOCK);
}

function parseOther(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const equals = find(octets, EQUALS, start, end);
  const key = equals === -1 ? end : equals;
  if (key - start <= 40 && /^[a-z][a-z0-9-]*$/.test(toText(octets, start, key))) sink.skip(SKIPPED.setting);
  else sink.fault('not a dnsmasq setting');
}
