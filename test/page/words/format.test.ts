import t from 'tap';
import { formatFor } from '../../../src/page/words/format.ts';

const english = formatFor('en-GB', 'Europe/Berlin');
const german = formatFor('de', 'Europe/Berlin');
const NOON = Date.parse('2026-12-01T11:00:00Z');
const HOUR = 3_600_000;

t.test('times are those of the house, wherever the reader is', (t) => {
  t.equal(english.moment(NOON + HOUR, NOON), '13:00');
  t.equal(formatFor('en-GB', 'Asia/Tokyo').moment(NOON, NOON), '20:00');
  t.end();
});

t.test('a time on another day has its day, and one that is far away its date', (t) => {
  t.match(english.moment(NOON + 20 * HOUR, NOON), /^Wed.* 08:00$/);
  t.match(german.moment(NOON + 20 * HOUR, NOON), /^Mi.* 08:00$/);
  t.match(english.moment(NOON + 240 * HOUR, NOON), /11 Dec.* 12:00$/);
  t.equal(english.moment(Number.NaN, NOON), '', 'what has no time is empty');
  t.end();
});

t.test('a zone that the browser does not know is its own', (t) => {
  t.match(formatFor('en', 'Not/AZone').moment(NOON, NOON), /^\d\d:\d\d$/);
  t.match(formatFor('en', '').moment(NOON, NOON), /^\d\d:\d\d$/);
  t.end();
});

t.test('midnight is 00:00', (t) => {
  t.equal(english.moment(Date.parse('2026-12-01T23:00:00Z'), Date.parse('2026-12-01T23:30:00Z')), '00:00');
  t.end();
});

const DURATIONS = [
  { seconds: 0, english: /^0 secs?$/, german: /^0 Sek\.$/ },
  { seconds: 59.9, english: /^59 secs?$/, german: /^59 Sek\.$/ },
  { seconds: 60, english: /^1 mins?$/, german: /^1 Min\.$/ },
  { seconds: 2700, english: /^45 mins?$/, german: /^45 Min\.$/ },
  { seconds: 3600, english: /^1 hr$/, german: /^1 Std\.$/ },
  { seconds: 5400, english: /^1 hr 30 mins?$/, german: /^1 Std\. 30 Min\.$/ },
  { seconds: 90_000, english: /^1 day 1 hr$/, german: /^1 Tg?\. 1 Std\.$|^1 Tag 1 Std\.$/ },
  { seconds: -5, english: /^0 secs?$/, german: /^0 Sek\.$/ },
];

t.test('durations are told in their two largest units', (t) => {
  for (const row of DURATIONS) {
    t.match(english.duration(row.seconds), row.english, `${row.seconds}`);
    t.match(german.duration(row.seconds), row.german, `${row.seconds}`);
  }
  t.end();
});

t.test('numbers, octets and times away are written as the reader does', (t) => {
  t.equal(english.number(1234.56), '1,234.6');
  t.equal(german.number(1234.56), '1.234,6');
  t.match(english.octets(32_018), /^32 kB$/);
  t.match(german.octets(1_500_000), /^1,5 MB$/);
  t.equal(english.octets(0), '0 byte');
  t.equal(english.away(NOON - 300_000, NOON), '5 minutes ago');
  t.equal(german.away(NOON + 2 * HOUR, NOON), 'in 2 Stunden');
  t.end();
});

t.test('a clock on the wall is told as it is', (t) => {
  t.match(german.wall('2026-12-24T22:00'), /24\. Dezember 2026.*22:00/);
  t.equal(german.wall('soon'), 'soon');
  t.end();
});
