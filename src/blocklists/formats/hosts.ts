// The format of hosts(5): an address and its names. Each name is blocked, names below it are not.
import { BLOCK, EXACT } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, RuleSink } from './line-format.ts';
import {
  DOT,
  endOfWord,
  find,
  HASH,
  isAddress,
  skipSpaces,
  startsWith,
  toText,
  trimEnd,
} from './text/octets.ts';

/** Names that hosts files give to the machine itself; blocking them would be an accident. */
const OWN_NAMES = new Set([
  'localhost',
  'localhost4',
  'localhost6',
  'localhost.localdomain',
  'localhost4.localdomain4',
  'localhost6.localdomain6',
  'local',
  'broadcasthost',
]);

export const hosts: LineFormat = {
  name: 'hosts',
  takesTopLevel: false,
  open: () => ({ parseLine: parseHostsLine }),
};

/** Reads a line of a hosts file; other lists have such lines too. */
export function parseHostsLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const comment = find(octets, HASH, start, end);
  const stop = comment === -1 ? end : trimEnd(octets, start, comment);
  const word = endOfWord(octets, start, stop);
  if (isAddress(octets, start, word)) parseNames(octets, word, stop, sink);
  else if (word === stop) sink.rule(start, stop, BLOCK | EXACT);
  else sink.fault('two words, and the first is not an address');
}

/** Files the names that follow an address. */
function parseNames(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  let at = skipSpaces(octets, start, end);
  if (at === end) sink.skip(SKIPPED.address);
  while (at < end) {
    const stop = endOfWord(octets, at, end);
    if (isOwnName(octets, at, stop)) sink.skip(SKIPPED.local);
    else sink.rule(at, stop, BLOCK | EXACT);
    at = skipSpaces(octets, stop, end);
  }
}

function isOwnName(octets: Uint8Array, start: number, end: number): boolean {
  const isCandidate = find(octets, DOT, start, end) === -1 || startsWith(octets, start, end, 'localhost');
  if (!isCandidate || end - start > 63) return false;
  const text = toText(octets, start, end).toLowerCase();
  return OWN_NAMES.has(text) || text.startsWith('ip6-');
}
