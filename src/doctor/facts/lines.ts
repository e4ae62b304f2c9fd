// A source cut into numbered lines, which is how every parser reads it.

import type { Quote, SourceText } from './source-text.ts';

/** Lines longer than this many characters are cut: a capture may hold anything. */
const MAX_LINE = 2000;

/** The lines of a source with their numbers; `text` keeps the blanks in front. */
export function linesOf({ name, text }: SourceText): Quote[] {
  return text.split(/\r?\n/).map((line, index) => ({
    source: name,
    line: index + 1,
    text: line.slice(0, MAX_LINE).trimEnd(),
  }));
}

/** A line as it is quoted: without the blanks around it. */
export function quote(line: Quote): Quote {
  return { ...line, text: line.text.trim() };
}

/** Gives a hardware address in lower case with colons, or undefined for what is none. */
export function toMac(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text)
    ? text.toLowerCase().replaceAll('-', ':')
    : undefined;
}
