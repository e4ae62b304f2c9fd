// OpenBSD's `ifconfig -A`: the links of src/links/ifconfig.ts, each with its lines.

import { toLinks } from '../../links/ifconfig.ts';
import type { LinkFact, MemberFact } from '../facts/machine-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

const NAME_LINE = /^([A-Za-z][\w.-]*): flags=([0-9a-f]+)</;
// if_xflags << 16 (net/if.h): AUTOCONF6TEMP 0x20, AUTOCONF6 0x40, AUTOCONF4 0x80.
const AUTOCONF_WORD = /[<,]AUTOCONF[46]/;

// What trunk(4), aggr(4), bridge(4), veb(4) and pppoe(4) say they are made of.
const PART =
  /^\s+(?:trunkport |dev: )?([a-z]+\d+)(?: (?:active|master|collecting|distributing|state:|flags=).*)?$/;

/** Reads the interfaces, and what they are made of: each may stand in a file of its own. */
export function parseIfconfig(source: SourceText): (LinkFact | MemberFact)[] {
  const blocks: Quote[][] = [];
  for (const line of linesOf(source)) {
    if (NAME_LINE.test(line.text)) blocks.push([line]);
    else if (/^\s+\S/.test(line.text)) blocks.at(-1)?.push(line);
  }
  const members = blocks.flat().flatMap((line): MemberFact[] => {
    const name = PART.exec(line.text)?.[1];
    return name === undefined ? [] : [{ kind: 'member', name, at: quote(line) }];
  });
  const links = blocks.flatMap((lines) => {
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
        isPart: link.master !== undefined,
        autoconf: AUTOCONF_WORD.test(first.text),
        at: quote(first),
        lines: lines.map(quote).filter(({ text }) => shown.has(text)),
      } as const,
    ];
  });
  return [...links, ...members];
}
