// OpenBSD's `ifconfig -A`: the links of src/links/ifconfig.ts, each with its lines.

import { toLinks } from '../../links/ifconfig.ts';
import type { LinkFact } from '../machine-facts.ts';
import type { Quote, SourceText } from '../source-text.ts';
import { linesOf, quote } from '../lines.ts';

const NAME_LINE = /^([A-Za-z][\w.-]*): flags=([0-9a-f]+)</;
// if_xflags << 16 (net/if.h): AUTOCONF6TEMP 0x20, AUTOCONF6 0x40, AUTOCONF4 0x80.
const AUTOCONF_WORD = /[<,]AUTOCONF[46]/;

// What trunk(4), aggr(4), bridge(4), veb(4) and pppoe(4) say they are made of.
const PART =
  /^\s+(?:trunkport |dev: )?([a-z]+\d+)(?: (?:active|master|collecting|distributing|state:|flags=).*)?$/;

/** Reads the interfaces. */
export function parseIfconfig(source: SourceText): LinkFact[] {
  const blocks: Quote[][] = [];
  for (const line of linesOf(source)) {
    if (NAME_LINE.test(line.text)) blocks.push([line]);
    else if (/^\s+\S/.test(line.text)) blocks.at(-1)?.push(line);
  }
  const parts = new Set(blocks.flat().flatMap(({ text }) => PART.exec(text)?.slice(1) ?? []));
  return blocks.flatMap((lines) => {
    const [link] = toLinks(lines.map(({ text }) => text).join('\n'));
    const [first] = lines;
    if (link === undefined || first === undefined) return [];
    const shown = new Set(link.evidence.split('\n').map((line) => line.trim()));
    const groups = lines.flatMap(({ text }) => /^\s+groups: (.*)/.exec(text)?.[1]?.split(/\s+/) ?? []);
    return [
      {
        kind: 'link',
        ...link,
        system: 'openbsd',
        groups,
        isPart: parts.has(link.name),
        autoconf: AUTOCONF_WORD.test(first.text),
        at: quote(first),
        lines: lines.map(quote).filter(({ text }) => shown.has(text)),
      } as const,
    ];
  });
}
