// Lists of addresses: one address, prefix or range a line. They judge the addresses in answers.
import { BLOCK } from '../rule.ts';
import { rangeToPrefixes } from '../../addresses/list-prefix.ts';
import type { LineFormat, RuleSink } from './line-format.ts';
import { endOfWord, HASH, SEMICOLON, toText, trimEnd } from './text/octets.ts';

export const ip: LineFormat = { name: 'ip', takesTopLevel: false, open: () => ({ parseLine }) };

function parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const stop = startOfComment(octets, start, end);
  if (stop === start) return;
  const range = /^([0-9a-f.:]+) ?- ?([0-9a-f.:]+)$/i.exec(toText(octets, start, Math.min(stop, start + 100)));
  if (range !== null) parseRange(range[1] ?? '', range[2] ?? '', sink);
  else if (endOfWord(octets, start, stop) !== stop) sink.fault('more than one word');
  else sink.addresses(toText(octets, start, stop), BLOCK);
}

/** Where a comment begins, the spaces before it left off: lists of addresses use `;` as well. */
function startOfComment(octets: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (octets[at] === HASH || octets[at] === SEMICOLON) return trimEnd(octets, start, at);
  }
  return end;
}

function parseRange(first: string, last: string, sink: RuleSink): void {
  const prefixes = rangeToPrefixes(first, last);
  if (prefixes === undefined) sink.fault('a range whose ends are not IPv4 addresses in order');
  else for (const prefix of prefixes) sink.addresses(prefix, BLOCK);
}
