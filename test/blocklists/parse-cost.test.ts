// What reading a list costs: it grows with the octets, not with their square, whatever stands in them. Each text is read at one
// size and at four times that; the least of several tries is taken, with room: a square would be sixteen times as much.
import t from 'tap';
import type { FormatName } from '../../src/blocklists/formats/format-names.ts';
import { compileLines } from '../support/serving.ts';

type Make = (line: number) => string;

const SMALL_OCTETS = 1 << 16;
const TIMES_LARGER = 4;
const MOST_TIMES_DEARER = 10;
const TRIES = 4;

const deep = (line: number, labels: number): string => `${'a.'.repeat(labels)}n${line}.example`;

const TEXTS: readonly [format: FormatName, what: string, make: Make][] = [
  ['hosts', 'ordinary', (i) => `0.0.0.0 n${i}.example`],
  ['hosts', 'many names in a line', (i) => `0.0.0.0${` n${i}.example`.repeat(200)}`],
  ['hosts', 'names that are none', (i) => `0.0.0.0 -${'x'.repeat(80)}..${i}`],
  ['hosts', 'U-labels', (i) => `0.0.0.0 bücher${i}.example`],
  ['hosts', 'the same name', () => '0.0.0.0 same.example'],
  ['domains', 'names of very many labels', (i) => deep(i, 100)],
  ['domains', 'one name below the other', (i) => 'x.'.repeat(1 + (i % 120)) + 'example'],
  ['adguard', 'rules and the same with $badfilter', (i) => `||n${i}.example^\n||n${i}.example^$badfilter`],
  [
    'adguard',
    'a long $denyallow',
    (i) => `||n${i}.example^$denyallow=${'a.example|'.repeat(100)}b${i}.example`,
  ],
  ['adguard', 'expressions', (i) => `/^ad${i}[a-z]*x\\.example$/`],
  ['adguard', 'patterns', (i) => `||ad*${i}*x*y.example^`],
  ['adguard', 'rewrites of one name', (i) => `||same.example^$dnsrewrite=192.0.2.${i % 250}`],
  ['adguard', 'exceptions', (i) => `@@||n${i % 50}.example^$dnstype=A`],
  ['rpz', 'ordinary', (i) => `n${i}.example CNAME .`],
  ['rpz', 'a parenthesis that is never closed', (i) => (i === 0 ? 'n.example TXT (' : `"text ${i}"`)],
  ['rpz', 'many records of one owner', (i) => `same.example A 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`],
  [
    'rpz',
    'wildcards one below the other',
    (i) => `*.${'x.'.repeat(i % 110)}n${i}.example CNAME rpz-passthru.`,
  ],
  ['rpz', 'prefixes one in the other', (i) => `${8 + (i % 25)}.0.0.${i % 256}.10.rpz-ip CNAME .`],
  [
    'dnsmasq',
    'many domains in a line',
    (i) => `address=/${Array.from({ length: 150 }, (_, n) => `n${i}-${n}.example`).join('/')}/`,
  ],
  [
    'dnsmasq',
    'exceptions one in the other',
    (i) =>
      `${i % 2 === 0 ? 'address' : 'server'}=/${'x.'.repeat(i % 110)}n${i >> 7}.example/${i % 2 === 0 ? '' : '#'}`,
  ],
  [
    'unbound',
    'the same zone again and again',
    (i) => `local-zone: "same.example" ${i % 2 === 0 ? 'static' : 'transparent'}`,
  ],
  [
    'unbound',
    'zones one in the other',
    (i) =>
      `local-zone: "${'x.'.repeat(i % 110)}n${i >> 7}.example" ${i % 2 === 0 ? 'static' : 'transparent'}`,
  ],
  [
    'unbound',
    'data of one name',
    (i) => `local-data: "same.example A 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}"`,
  ],
  ['ip', 'ranges', (i) => `10.${i % 256}.0.1 - 10.${i % 256}.255.${i % 250}`],
];

function textOf(make: Make, octets: number): string {
  const lines: string[] = [];
  for (let i = 0, length = 0; length < octets; i++) {
    const line = make(i);
    length += line.length + 1;
    lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * The least processor time of several tries, in microseconds. The first that is `enough` ends them: more tries could only give
 * less.
 */
function costOf(format: FormatName, text: string, enough = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries++) {
    const before = process.cpuUsage();
    compileLines({
      policies: { kids: { blockLists: ['list'] } },
      lists: { list: { format, text } },
    });
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

for (const [format, what, make] of TEXTS)
  t.test(`${format}: ${what}`, (t) => {
    const small = Math.max(costOf(format, textOf(make, SMALL_OCTETS)), 2000);
    const enough = MOST_TIMES_DEARER * small;
    const large = costOf(format, textOf(make, SMALL_OCTETS * TIMES_LARGER), enough);
    const times = large / small;
    t.ok(times <= MOST_TIMES_DEARER, `${small} us and ${large} us: ${times.toFixed(1)} times`);
    t.end();
  });
