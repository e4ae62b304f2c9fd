/** Every finding against its table: a sound capture with one thing changed gives that finding and no other. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { Ranked } from '../../src/doctor/diagnose.ts';
import type { Step } from '../../src/doctor/finding.ts';
import { removeCases, captureOf, filesOf, findIn } from '../support/doctor-cases.ts';
import type { Expected, FindingCase } from '../support/doctor-cases.ts';

t.teardown(removeCases);

const FOLDER = new URL('findings/', import.meta.url);
const SOURCES = new URL('../../src/doctor/findings/', import.meta.url);
const names = readdirSync(FOLDER).toSorted();
// All at once, before the first test: one that is waited for between two tests would end the run.
const tables = await Promise.all(
  names.map(async (name): Promise<[string, readonly FindingCase[]]> => {
    const { cases }: { cases: readonly FindingCase[] } = await import(new URL(name, FOLDER).href);
    return [name.replace('.cases.ts', ''), cases];
  }),
);

/** The commands of all findings, their placeholders filled in. */
const commands = new Set<string>();

/** Ids that were found in some case. */
const found = new Set<string>();

for (const [name, cases] of tables) {
  t.test(name, (t) => {
    t.ok(
      cases.some(({ finds }) => finds.length > 0),
      'a case has it',
    );
    t.ok(
      cases.some(({ finds }) => finds.length === 0),
      'and one that is near it has not',
    );
    for (const row of cases) {
      t.test(row.when, (t) => {
        const findings = findIn(filesOf(row));
        t.strictSame(
          findings.map(({ id }) => id),
          row.finds.map(({ id }) => id),
        );
        for (const [index, expected] of row.finds.entries()) {
          const finding = findings[index];
          if (finding !== undefined) compare(t, finding, expected);
        }
        for (const finding of findings) {
          found.add(finding.id);
          checkForm(t, finding, filesOf(row));
        }
        t.end();
      });
    }
    t.end();
  });
}

t.test('a shell understands every command', (t) => {
  // One shell that starts the others: each command by itself, so that none closes what another leaves open.
  const each = 'for command do /bin/sh -n -c "$command" || printf "not understood: %s\\n" "$command"; done';
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', each, 'sh', ...commands], { encoding: 'utf8' });
  t.equal(stdout + stderr, '');
  t.ok(commands.size > 100, `${commands.size} commands`);
  t.end();
});

t.test('the captures that are changed are sound', (t) => {
  for (const name of ['openbsd', 'linux']) t.strictSame(findIn(captureOf(name)), [], name);
  t.end();
});

t.test('each finding has a table, and each table a finding', (t) => {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const named = sources.map((name) => basename(name, '.ts'));
  // One file finds both that a program holds the port and that a local resolver does.
  t.strictSame(tables.map(([name]) => name).toSorted(), [...named, 'local-resolver'].toSorted());
  t.ok(found.size >= 40, `${found.size} ids were found in all`);
  t.end();
});

function compare(t: Test, finding: Ranked, expected: Expected): void {
  const { sure, vlan, what, cure = [], cost, prove, evidence = [], because, later } = expected;
  if (sure !== undefined) t.equal(finding.sure, sure);
  if (vlan !== undefined) t.equal(finding.vlan, vlan);
  if (what !== undefined) t.match(finding.what, what);
  const steps = finding.cure.map(lineOf);
  for (const pattern of cure)
    t.ok(
      steps.some((step) => pattern.test(step)),
      `${String(pattern)} in ${steps.join(' ; ')}`,
    );
  if (cost !== undefined) t.match(finding.cost ?? '', cost);
  if (prove !== undefined)
    t.match(finding.prove.map(({ run, say }) => `${run ?? ''} ${say ?? ''}`).join(' ; '), prove);
  const places = finding.evidence.map(({ source, line }) => `${source}:${line}`);
  for (const place of evidence) t.ok(places.includes(place), `${place} in ${places.join(' ')}`);
  t.equal(finding.because, because, 'what it follows from');
  if (later !== undefined) t.equal(finding.later ?? false, later);
}

// A pattern that begins with ^ and ends with $ is for a command alone.
function lineOf({ run, say }: Step): string {
  return run ?? say ?? '';
}

/** What holds for every finding: it quotes what is there, cures and proves, and leaves nothing undefined in its words. */
function checkForm(t: Test, finding: Ranked, files: ReadonlyMap<string, string>): void {
  const { id, what, evidence, cure, prove } = finding;
  t.ok(evidence.length > 0, `${id} has evidence`);
  for (const { source, line, text } of evidence) {
    const lines = files.get(source)?.split('\n') ?? [];
    if (files.has(source)) t.ok(isQuoteOf(text, lines.slice(line - 1)), `${id}: ${source}:${line}: ${text}`);
    else t.match(source, /\.yaml$/, 'only the configuration is no file of the capture');
  }
  t.ok(cure.length > 0 && prove.length > 0, `${id} has a cure and a proof`);
  const words = JSON.stringify([what, cure, prove, finding.cost]);
  t.notMatch(words, /undefined|NaN|\[object|\bnull,"/, `${id} says nothing undefined`);
  t.notMatch(what, /[.;,] *$/, 'a sentence without a full stop');
  for (const { on, run } of [...cure, ...prove])
    if (run !== undefined && on !== 'router') checkCommand(t, run);
}

/** Whether a command can be pasted as it is, its placeholders filled in. */
function checkCommand(t: Test, run: string): void {
  commands.add(run.replaceAll(/<[A-Z ]+>/g, 'x'));
  const [, host] =
    /^(?:ping6?(?: -c \d+)?|nc(?: -\w+ ?\d*)*|ip route get|dig[^@]*) @?([0-9a-f.:[\]]+)/i.exec(run) ?? [];
  if (host !== undefined && /\d/.test(host)) t.not(isIP(host), 0, `${run}: only an address stands there`);
}

// A line of a port without its name, a list without a file, and a wrapped line are completed in the quote.
function isQuoteOf(text: string, [first = '', ...rest]: readonly string[]): boolean {
  const bare = first.trim().replace(/\\$/, '');
  return text.includes(bare.replace(/#.*$/, '').trim()) || rest.length === 0;
}
