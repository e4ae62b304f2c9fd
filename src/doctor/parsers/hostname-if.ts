// The hostname.if(5) files: one in a file of its own, or all of them as `head -n 50 /etc/hostname.* /dev/null` prints them,
// under headings. /dev/null at the end of such a list shows that it is complete.

import type { Fact } from '../facts/evidence.ts';
import type { HostnameFileFact } from '../facts/machine-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

const HEADING = /^==> (.+) <==$/;
const FILE = /(?:^|\/)hostname[.-]([A-Za-z0-9:]+?)(?:\.txt)?$/;

/** The interface that a file's name is for; undefined where it is not a hostname.if(5). */
function hostnameInterface(name: string): string | undefined {
  const found = FILE.exec(name)?.[1];
  return found === 'if' || found === 'list' ? undefined : found;
}

/** Reads the files. */
export function parseHostnameFiles(source: SourceText): Fact[] {
  const lines = linesOf(source);
  const own = hostnameInterface(source.name);
  const [first] = lines;
  if (own !== undefined && first !== undefined) return [fileFact(own, first, lines)];
  const facts: Fact[] = [];
  for (const [index, line] of lines.entries()) {
    const heading = HEADING.exec(line.text)?.[1];
    if (heading === '/dev/null') facts.push({ kind: 'hostname list', at: quote(line) });
    const name = hostnameInterface(heading ?? '');
    if (name === undefined) continue;
    const end = lines.findIndex(({ text }, at) => at > index && HEADING.test(text));
    facts.push(fileFact(name, line, lines.slice(index + 1, end === -1 ? undefined : end)));
  }
  return facts;
}

function fileFact(name: string, line: Quote, lines: readonly Quote[]): HostnameFileFact {
  const said = lines.map(quote).filter(({ text }) => text !== '' && !text.startsWith('#'));
  return { kind: 'hostname file', interface: name, lines: said, at: quote(line) };
}
