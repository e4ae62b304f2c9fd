// What reading a configuration costs: it grows with the octets, not with their square, whatever stands in them. Each text is read at
// one size and at four times that; the least of several tries is taken, with room: a square would be sixteen times as much.
import t from 'tap';
import { MINIMAL, readText } from './reading.ts';

const SMALL_LINES = 1000;
const TIMES_LARGER = 4;
const MOST_TIMES_DEARER = 10;
const TRIES = 3;

const lines = (count: number, make: (line: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join('\n');

const TEXTS: Readonly<Record<string, (count: number) => string>> = {
  'unknown keys at the top': (count) => `${MINIMAL}${lines(count, (i) => `unknown_key_${i}: 1`)}\n`,
  'unknown keys of a policy': (count) =>
    `${MINIMAL.trimEnd().replace('open: {}', 'open:')}\n${lines(count, (i) => `    blok${i}: 1`)}\n`,
  policies: (count) => `${MINIMAL}${lines(count, (i) => `  p${i}: { block: { rules: [n${i}.example] } }`)}\n`,
  'policies, each of which extends the one before': (count) =>
    `${MINIMAL}${lines(count, (i) => `  p${i}: { extends: ${i === 0 ? 'open' : `p${i - 1}`} }`)}\n`,
  'rules of a policy': (count) =>
    `${MINIMAL}  kids:\n    block:\n      rules:\n${lines(count, (i) => `        - n${i}.example`)}\n`,
  VLANs: (count) =>
    `policies: { open: {} }\nvlans:\n${lines(count, (i) => `  v${i}: { listen: ["127.${i >> 16}.${(i >> 8) & 255}.${i & 255}:53"], subnets: ["10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32"], policy: open }`)}\n`,
  'clients of a VLAN': (count) =>
    `policies: { open: {}, kids: {} }\nvlans:\n  lan:\n    interface: em0\n    policy: open\n    clients:\n${lines(count, (i) => `      - { name: c${i}, address: 10.0.${i >> 8}.${i & 255}, policy: kids }`)}\n`,
  records: (count) =>
    `${MINIMAL}records:\n${lines(count, (i) => `  - "n${i}.home.arpa. 300 A 10.0.${i >> 8}.${i & 255}"`)}\n`,
  'aliases, each to the next': (count) =>
    `${MINIMAL}records:\n${lines(count, (i) => `  - "n${i}.home.arpa. 300 CNAME n${i + 1}.home.arpa."`)}\n`,
  lists: (count) => `${MINIMAL}lists:\n${lines(count, (i) => `  l${i}: https://lists.example/${i}.txt`)}\n`,
  'zones that are forwarded': (count) =>
    `${MINIMAL}forward:\n${lines(count, (i) => `  - { zones: [z${i}.example], upstream: default }`)}\n`,
  'brackets in brackets': (count) => `${MINIMAL}records: ${'['.repeat(count / 10)}\n`,
  'one long word': (count) => `${MINIMAL}log: { level: ${'x'.repeat(count * 20)} }\n`,
};

/**
 * The least processor time of several tries, in microseconds. The first that is `enough` ends them: more tries could only give
 * less.
 */
function costOf(folder: string, text: string, enough = 0): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries++) {
    const before = process.cpuUsage();
    readText(folder, text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, user + system);
  }
  return least;
}

for (const [what, make] of Object.entries(TEXTS))
  t.test(what, (t) => {
    const folder = t.testdir();
    const small = Math.max(costOf(folder, make(SMALL_LINES)), 5000);
    const large = costOf(folder, make(SMALL_LINES * TIMES_LARGER), MOST_TIMES_DEARER * small);
    const times = large / small;
    t.ok(times <= MOST_TIMES_DEARER, `${small} us and ${large} us: ${times.toFixed(1)} times`);
    t.end();
  });
