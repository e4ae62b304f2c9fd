import t from 'tap';
import { isZoneName, localZoneName, openZone, zoneNames } from '../../src/time/zone.ts';

const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

t.test('a time that the clock shows once is one instant, and the clock shows it then', async (t) => {
  for (const [name, shown, instant] of [
    ['UTC', '2026-06-01 21:00', '2026-06-01T21:00Z'],
    ['Europe/Berlin', '2026-06-01 21:00', '2026-06-01T19:00Z'],
    ['Europe/Berlin', '2026-12-01 21:00', '2026-12-01T20:00Z'],
    ['America/New_York', '2026-07-04 06:30', '2026-07-04T10:30Z'],
    ['Asia/Kolkata', '2026-07-04 06:30', '2026-07-04T01:00Z'],
    ['Australia/Lord_Howe', '2026-07-04 06:30', '2026-07-03T20:00Z'],
  ] as const) {
    const zone = await openZone(name);
    const [date = '', time = ''] = shown.split(' ');
    const wall = { day: dayOf(date), minutes: minutesOf(time) };
    t.equal(zone.firstInstant(wall.day, wall.minutes), Date.parse(instant), `${name} ${shown}`);
    t.equal(zone.lastInstant(wall.day, wall.minutes), Date.parse(instant), `${name} ${shown}`);
    t.strictSame(zone.wallClockAt(Date.parse(instant) + 59_999), wall, `${name} ${shown}, to the minute`);
  }
});

t.test(
  'a time that the clock jumps over is the jump; one that it shows twice has a first and a last',
  async (t) => {
    for (const [name, shown, first, last] of [
      ['Europe/Berlin', '2026-03-29 02:00', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
      ['Europe/Berlin', '2026-03-29 02:30', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
      ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00Z', '2026-03-29T01:00Z'],
      ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25T00:30Z', '2026-10-25T01:30Z'],
      ['America/New_York', '2026-03-08 02:15', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
      ['America/New_York', '2026-11-01 01:00', '2026-11-01T05:00Z', '2026-11-01T06:00Z'],
      ['Australia/Lord_Howe', '2026-10-04 02:15', '2026-10-03T15:30Z', '2026-10-03T15:30Z'],
      ['Australia/Lord_Howe', '2026-04-05 01:45', '2026-04-04T14:45Z', '2026-04-04T15:15Z'],
      ['Africa/Cairo', '2026-04-24 00:00', '2026-04-23T22:00Z', '2026-04-23T22:00Z'],
      ['Pacific/Apia', '2011-12-30 12:00', '2011-12-30T10:00Z', '2011-12-30T10:00Z'],
    ] as const) {
      const zone = await openZone(name);
      const [date = '', time = ''] = shown.split(' ');
      const wall = [dayOf(date), minutesOf(time)] as const;
      const found = [zone.firstInstant(...wall), zone.lastInstant(...wall)];
      t.strictSame(found, [Date.parse(first), Date.parse(last)], `${name} ${shown}`);
    }
  },
);

t.test('minutes may pass midnight, at the end of a year too', async (t) => {
  const zone = await openZone('Europe/Berlin');
  t.equal(zone.firstInstant(dayOf('2026-12-31'), 1440 + 90), Date.parse('2027-01-01T00:30Z'));
});

t.test('names of zones are known as Intl knows them; offsets are none', async (t) => {
  for (const name of ['Europe/Berlin', 'europe/berlin', 'UTC', 'Asia/Calcutta', 'Asia/Kolkata', 'Etc/GMT+3'])
    t.ok(isZoneName(name), name);
  for (const name of ['Europe/Atlantis', '+02:00', '', 'local', '-0100', 'Europe/Berlin '])
    t.notOk(isZoneName(name), name);
  t.ok(zoneNames().includes('Europe/Berlin'));
  await t.rejects(openZone('Europe/Atlantis'), { message: 'there is no time zone Europe/Atlantis' });
});

t.test('local is the zone of the machine', async (t) => {
  t.equal((await openZone('local')).name, localZoneName());
  t.ok(isZoneName(localZoneName()));
});
