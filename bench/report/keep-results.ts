// Files of the tree that a run rewrites, in the form that `npm run format` gives them.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { formatReport } from './report.ts';
import type { Results } from './results.ts';

const RESULTS = fileURLToPath(new URL('../results.json', import.meta.url));
const README = fileURLToPath(new URL('../README.md', import.meta.url));

/** The lines of the README between which the report stands. */
const BEGIN = '<!-- report: written by npm run bench -->';
const END = '<!-- end of report -->';

/** Writes results.json and the report in README.md. */
export async function keepResults(results: Results): Promise<void> {
  await write(RESULTS, JSON.stringify(results, null, 2));
  await write(README, replaceReport(readFileSync(README, 'utf8'), formatReport(results)));
}

/** A text with the report between the markers replaced; throws where they are not there. */
export function replaceReport(text: string, report: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin)
    throw new Error(`no place for the report: ${BEGIN} and ${END} are missing`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${report}\n${text.slice(end)}`;
}

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
