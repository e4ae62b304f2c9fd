// One name a line. It is blocked with all names below it.
import { BLOCK, EXACT, SUBTREE } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, RuleSink } from './line-format.ts';
import { DOT, endOfWord, EQUALS, find, HASH, STAR, trimEnd } from './text/octets.ts';

export const domains: LineFormat = { name: 'domains', takesTopLevel: false, open: () => ({ parseLine }) };

/** Says what a line of one name means; wildcard lists are read by it as well. */
export function parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const comment = find(octets, HASH, start, end);
  const stop = comment === -1 ? end : trimEnd(octets, start, comment);
  if (endOfWord(octets, start, stop) !== stop) {
    sink.fault('more than one word');
  } else if (octets[start] === EQUALS) {
    sink.rule(start + 1, stop, BLOCK | EXACT);
  } else {
    const name = start + prefixLength(octets, start);
    if (find(octets, STAR, name, stop) === -1) sink.rule(name, stop, BLOCK | SUBTREE);
    else sink.skip(SKIPPED.pattern);
  }
}

/** The length of a leading `*.` or `.`. */
function prefixLength(octets: Uint8Array, start: number): number {
  if (octets[start] === DOT) return 1;
  return octets[start] === STAR && octets[start + 1] === DOT ? 2 : 0;
}
