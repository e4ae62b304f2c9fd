// Durations, sizes and percentages, and which word somebody meant.

import t from 'tap';
import { durationToText, readDurationMs } from '../../../src/config/values/duration.ts';
import { nearest } from '../../../src/config/values/nearest.ts';
import { readFraction, readSizeOctets, sizeToText } from '../../../src/config/values/size.ts';

t.test('durations are read in every unit and written in the largest that fits', (t) => {
  const cases: [text: string, ms: number, written: string][] = [
    ['0', 0, '0s'],
    ['0s', 0, '0s'],
    ['250ms', 250, '250ms'],
    ['30s', 30_000, '30s'],
    ['90s', 90_000, '90s'],
    ['5m', 300_000, '5m'],
    ['60m', 3_600_000, '1h'],
    ['12h', 43_200_000, '12h'],
    ['7d', 604_800_000, '7d'],
  ];
  for (const [text, value, written] of cases) {
    t.strictSame(readDurationMs(text), { value }, text);
    t.equal(durationToText(value), written, written);
  }
  for (const text of ['', '30', 's', '-1s', '1.5h', '30 s', '30S', '1w', '1h30m', '1e3s', '9999999999s'])
    t.ok('fault' in readDurationMs(text), `${JSON.stringify(text)} is none`);
  t.end();
});

t.test('sizes are read in every unit and written in the largest that fits', (t) => {
  const cases: [text: string, octets: number, written: string][] = [
    ['0', 0, '0B'],
    ['512B', 512, '512B'],
    ['1024B', 1024, '1KiB'],
    ['64MiB', 67_108_864, '64MiB'],
    ['2GiB', 2_147_483_648, '2GiB'],
  ];
  for (const [text, value, written] of cases) {
    t.strictSame(readSizeOctets(text), { value }, text);
    t.equal(sizeToText(value), written, written);
  }
  for (const text of ['', '64', '64mib', '64M', '64MB', '1.5GiB', '-1B', '1TiB'])
    t.ok('fault' in readSizeOctets(text), `${JSON.stringify(text)} is none`);
  t.match(readSizeOctets('64mb'), { fault: /such as 64MiB$/ });
  t.end();
});

t.test('percentages are read as fractions', (t) => {
  const cases: [text: string, value: number][] = [
    ['0', 0],
    ['0%', 0],
    ['5%', 0.05],
    ['12.5%', 0.125],
    ['100%', 1],
  ];
  for (const [text, value] of cases) t.strictSame(readFraction(text), { value }, text);
  for (const text of ['', '50', '101%', '-1%', '5 %', '.5%', '100.5%'])
    t.ok('fault' in readFraction(text), text);
  t.end();
});

t.test('the word that was meant is found, and none where it would be a guess', (t) => {
  const known = ['vlans', 'policies', 'lists', 'upstreams', 'limits', 'log', 'fastest', 'id'];
  const cases: [word: string, meant: string | undefined][] = [
    ['vlan', 'vlans'],
    ['Vlans', 'vlans'],
    ['vlnas', 'vlans'],
    ['polices', 'policies'],
    ['list', 'lists'],
    ['limit', 'limits'],
    ['fast', 'fastest'],
    ['logging', 'log'],
    ['lgo', 'log'],
    ['resolvers', undefined],
    ['x', undefined],
    ['', undefined],
    ['ip', 'id'],
    ['v'.repeat(100_000), undefined],
  ];
  for (const [word, meant] of cases) t.equal(nearest(word, known), meant, word.slice(0, 20));
  t.end();
});
