// Whatever a list's text is: it is read to its end, what is counted adds up, and what is taken can be used.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { compile, compileSources } from '../../../src/blocklists/compile.ts';
import type { SourceReport } from '../../../src/blocklists/compile-report.ts';
import { FORMAT_NAMES } from '../../../src/blocklists/formats/format-names.ts';
import type { FormatName } from '../../../src/blocklists/formats/format-names.ts';
import { parseList } from '../../../src/blocklists/formats/list-parser.ts';
import { readImage } from '../../../src/blocklists/trie/image/image-reader.ts';
import { parseName } from '../../../src/dns/name-text.ts';
import { NameView } from '../../../src/dns/name-view.ts';
import { parseZoneLine } from '../../../src/local/zone-line.ts';
import { typeToText } from '../../../src/dns/numbers.ts';
import { makeRandom } from '../../support/rule-model.ts';

const folder = t.testdir();
const file = join(folder, 'list');

/** Pieces that mean something in one format or another. */
const PIECES = [
  ...' |  - |\t|; |\u0000|\u001b|||'.split('|'),
  ...'\\# || | @@ ^ $ $$ ## # ! * . .. *. / // \\ " \' ( ) , : = - [ ] {2} {1000} + ? ~ %'.split(' '),
  ...'important dnstype= denyallow= dnsrewrite= client= NOERROR;A; NXDOMAIN AAAA A|~MX'.split(' '),
  ...'address=/ server=/ local=/ #53 local-zone: local-data: redirect static deny'.split(' '),
  ...'CNAME IN rpz-drop. rpz-ip $ORIGIN $TTL @ SOA 300 A TXT "x" 24.0.2.0.192'.split(' '),
  ...'0.0.0.0 127.0.0.1 192.0.2.1 192.0.2.0/24 0.0.0.0/0 ::1 2001:db8::/32 ::ffff:192.0.2.1'.split(' '),
  ...'a example ads.example XN-- b\u00fccher \u4f8b \ud83d\ude00 com (a+)+ [a-z]{8} (?=x) \\d (?i) \\Q .*'.split(
    ' ',
  ),
  'x'.repeat(64),
  'y'.repeat(300),
];

const EXCERPTS = [
  'hosts.txt',
  'domains.txt',
  'adguard.txt',
  'dnsmasq.conf',
  'rpz.zone',
  'unbound.conf',
  'drop.txt',
];

/** Lines that are what they should be. */
const LINES = EXCERPTS.flatMap((name) =>
  readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), 'utf8').split('\n'),
);

/** A line of pieces, or one of a list with a piece too many or too few. */
function randomLine(random: (below: number) => number): Buffer {
  const piece = (): string => PIECES[random(PIECES.length)] ?? '';
  const known = LINES[random(LINES.length)] ?? '';
  const cut = random(known.length + 1);
  const texts = [
    (): string => known,
    (): string => known.slice(0, cut) + piece() + known.slice(cut),
    (): string => known.slice(0, cut) + known.slice(cut + 1 + random(4)),
    (): string => Array.from({ length: random(9) }, piece).join(random(3) === 0 ? ' ' : ''),
  ];
  const line = Buffer.from(texts[random(texts.length)]?.() ?? '');
  // Now and then an octet is something else, which UTF-8 may not allow.
  if (random(8) === 0 && line.length > 0) line[random(line.length)] = random(256);
  // A line feed would make two lines of it.
  return Buffer.from(line.map((octet) => (octet === 10 ? 32 : octet)));
}

t.test('random lines are read by every format without an end of their own', async (t) => {
  for (const format of [...FORMAT_NAMES, 'auto' as const]) {
    const random = makeRandom(FORMAT_NAMES.length + format.length);
    const lines = Array.from({ length: 6000 }, () => randomLine(random));
    writeFileSync(file, Buffer.concat(lines.flatMap((line) => [line, Buffer.of(10)])));
    let taken = 0;
    const effects = new Set<string>();
    const report = parseList(
      file,
      format,
      (name, _, line, effect) => {
        taken++;
        if (line < 1 || line > lines.length || name.labelCount < 1) t.fail(`line ${line}`);
        if (effect !== undefined) effects.add(JSON.stringify(effect));
      },
      {
        faultOf: () => undefined,
        root: () => undefined,
        revoke: () => undefined,
        addresses: ({ length }) => {
          taken++;
          if (length < 1) t.fail('every address');
        },
        expression: () => {
          taken++;
          return undefined;
        },
      },
    );
    t.equal(report.lines, lines.length, `${format}: lines`);
    t.equal(report.entries, taken, `${format}: entries`);
    t.equal(
      report.skipped,
      Object.values(report.skippedFor).reduce((sum, count) => sum + count, 0),
      `${format}: skipped`,
    );
    t.ok(
      report.entries > 10 && report.errors > 100,
      `${format}: ${report.entries} entries, ${report.errors} errors`,
    );
    // What was taken can be answered with.
    for (const text of effects) {
      const { answer }: { answer?: unknown } = JSON.parse(text);
      if (typeof answer !== 'object' || answer === null) continue;
      if (!('type' in answer) || !('data' in answer)) throw new Error(text);
      parseZoneLine(`. ${typeToText(Number(answer.type))} ${String(answer.data)}`);
    }
  }
});

function reportOf(text: string | Uint8Array, format: FormatName | 'auto'): SourceReport | undefined {
  writeFileSync(file, text);
  return compileSources([{ list: 'x', source: 'x', file, format }]).sources[0];
}

t.test(
  'lines of a megabyte, NULs and binary files are errors, and the lines around them are read',
  async (t) => {
    const long = 'x'.repeat(1024 * 1024);
    for (const format of FORMAT_NAMES) {
      const good = {
        hosts: '0.0.0.0 a.example',
        domains: 'a.example',
        wildcard: '*.a.example',
        adguard: '||a.example^',
        dnsmasq: 'address=/a.example/#',
        rpz: 'a.example CNAME .',
        unbound: 'local-zone: "a.example" static',
        ip: '192.0.2.1',
      }[format];
      const report = reportOf(`${good}\n${long}\n${'\0'.repeat(5000)}\n${good}\n${long}`, format);
      t.match(report, { lines: 5, entries: 2, errors: 3 }, format);
    }
    const random = makeRandom(3);
    const binary = Buffer.from(Array.from({ length: 200_000 }, () => random(256)));
    t.match(reportOf(binary, 'auto'), { entries: Number, errors: Number });
  },
);

t.test('a parenthesis that is never closed does not eat the memory', async (t) => {
  const report = reportOf(`@ SOA a. b. (\n${'1 2 3 4 5 6 7 8\n'.repeat(20_000)}a.example CNAME .\n`, 'rpz');
  t.match(report, { lines: 20_002, entries: 1 });
  t.ok((report?.errors ?? 0) >= 1);
});

t.test('expressions, answers and conditions beyond what is kept are errors, the rest is kept', async (t) => {
  const expressions = Array.from({ length: 6000 }, (_, number) => `/^n${number.toString(36)}-[0-9]+\\./`);
  t.match(reportOf(expressions.join('\n'), 'adguard'), {
    entries: 5000,
    errors: 1000,
    examples: [{ line: 5001, reason: 'no room for more than 5000 regular expressions in all lists' }],
  });
  const answers = Array.from(
    { length: 17_000 },
    (_, number) => `||n${number}.example^$dnsrewrite=192.0.${number >> 8}.${number & 255}`,
  );
  t.match(reportOf(answers.join('\n'), 'adguard'), {
    entries: 16_384,
    errors: 616,
    examples: [
      {
        line: 16_385,
        reason: 'no room for more than 16384 different answers and conditions, or longer ones',
      },
    ],
  });
  const names = Array.from({ length: 250 }, (_, number) => `except-this-${number}`).join('|');
  const long = Array.from(
    { length: 2000 },
    (_, number) => `||n${number}.example^$denyallow=n${number}|${names}`,
  );
  t.match(reportOf(long.join('\n'), 'adguard'), { lines: 2000, entries: 474, errors: 1526 });
});

t.test('a name or a prefix with thousands of answers keeps the first of them', async (t) => {
  const owners: readonly [owner: string, reason: string][] = [
    ['a.example', 'no room for more rules at the same names'],
    ['32.1.2.0.192.rpz-ip', 'no room for more rules at the same prefixes'],
  ];
  for (const [owner, reason] of owners) {
    const lines = Array.from({ length: 5000 }, (_, number) => `${owner} TXT "${number}"`);
    t.match(reportOf([...lines, 'b.example A 192.0.2.1'].join('\n'), 'rpz'), {
      entries: 501,
      errors: 4500,
      examples: [{ line: 501, reason }, Object, Object, Object, Object],
    });
  }
});

t.test('a list made to be slow is compiled, loaded and asked like any other', async (t) => {
  const lines = [
    ...Array.from({ length: 300 }, (_, number) => `/(x+x+)+${'y'.repeat(1 + (number % 9))}$/`),
    ...Array.from({ length: 300 }, (_, number) => `/[ab].{${number}}[cd].{12}[^abcd]/`),
    ...Array.from({ length: 300 }, (_, number) => `/(a{${number}}){${number}}/`),
    ...Array.from({ length: 100 }, () => `/${'(a*)*'.repeat(190)}/`),
    ...Array.from({ length: 100 }, () => `/${'d{1000}'.repeat(100)}/`),
    ...Array.from({ length: 100 }, (_, number) => `||${'*a'.repeat(number + 2)}.example^`),
    ...Array.from({ length: 100 }, () => '('.repeat(500)),
    `*$denyallow=${Array.from({ length: 300 }, (_, number) => `n${number}.example`).join('|')}`,
    `||x.example^$${'dnstype=A,'.repeat(300)}important`,
  ];
  writeFileSync(file, lines.join('\n'));
  const output = join(folder, 'image');
  const { sources } = compile({
    output,
    key: 'k',
    sources: [{ list: 'x', source: 'x', file, format: 'adguard' }],
  });
  t.ok((sources[0]?.errors ?? 0) > 500, `${sources[0]?.errors} errors`);
  t.ok((sources[0]?.entries ?? 0) > 100, `${sources[0]?.entries} entries`);
  const image = await readImage(output);
  if ('fault' in image) throw new Error(image.fault);
  const view = new NameView();
  const random = makeRandom(4);
  let matches = 0;
  for (let asked = 0; asked < 30; asked++) {
    const label = (): string => Array.from({ length: 62 }, () => 'aabbccddxy'[random(10)]).join('');
    view.setWire(parseName([label(), label(), label(), label()].join('.')));
    matches += image.expressions?.matching(view, view.suffixHash(0)).length ?? 0;
  }
  t.ok(matches > 0, `${matches} matches`);
  await image.trie.lines.close();
});
