import t from 'tap';
import { toDay, WEEKDAYS } from '../../src/schedules/schedule.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { stateOfWrongClock, Timetable } from '../../src/schedules/timetable.ts';
import { openZone } from '../../src/time/zone.ts';
import { seededRandom } from '../support/mutate.ts';
import type { Random } from '../support/mutate.ts';
import { holdingOf, wallOf } from './wall-model.ts';
import type { Wall } from './wall-model.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
// Around a change of the clock; the last two days may look otherwise than with the days behind them.
const WALL_MINUTES = 7 * 1440;
const KNOWN_MINUTES = 5 * 1440;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

interface Written {
  readonly name?: string;
  readonly days?: readonly (typeof WEEKDAYS)[number][];
  readonly from: string;
  readonly to: string;
  readonly except?: readonly string[];
}

function scheduleOf({ name = 'bedtime', days = WEEKDAYS, from, to, except = [] }: Written): Schedule {
  return {
    name,
    days: new Set(days),
    fromMinutes: minutesOf(from),
    toMinutes: minutesOf(to),
    except: new Set(except.map((date) => toDay(date) ?? Number.NaN)),
  };
}

t.test('days, nights, and dates without', async (t) => {
  const timetable = new Timetable(await openZone('Europe/Berlin'));
  const bedtime = scheduleOf({
    days: ['sun', 'mon', 'tue', 'wed', 'thu'],
    from: '21:00',
    to: '06:30',
    except: ['2026-12-24'],
  });
  const rows = [
    // 2026-12-21 is a Monday; Berlin is an hour ahead of UTC.
    ['before it', '2026-12-21T19:59:59.999Z', false, '2026-12-21T20:00Z'],
    ['from its first instant', '2026-12-21T20:00Z', true, '2026-12-22T05:30Z'],
    ['past midnight', '2026-12-21T23:30Z', true, '2026-12-22T05:30Z'],
    ['to its last', '2026-12-22T05:29:59.999Z', true, '2026-12-22T05:30Z'],
    ['not at its end', '2026-12-22T05:30Z', false, '2026-12-22T20:00Z'],
    ['the night before an excepted day ends on it', '2026-12-24T02:00Z', true, '2026-12-24T05:30Z'],
    ['the night of an excepted day does not begin', '2026-12-24T20:00Z', false, '2026-12-27T20:00Z'],
    ['a night past a Thursday ends on Friday', '2026-12-18T03:00Z', true, '2026-12-18T05:30Z'],
  ] as const;
  for (const [when, at, holds, changes] of rows) {
    const state = timetable.stateAt([bedtime], Date.parse(at));
    t.equal(state.active.length === 1, holds, when);
    t.equal(new Date(state.changesAtMs).toISOString(), new Date(changes).toISOString(), `${when}, what next`);
    t.equal(state.next?.schedule, holds ? undefined : bedtime, `${when}, which next`);
  }
});

t.test('the same time twice is 24 hours, and periods without a gap between them are one', async (t) => {
  const timetable = new Timetable(await openZone('UTC'));
  const weekend = scheduleOf({ days: ['sat', 'sun'], from: '00:00', to: '00:00' });
  const state = timetable.stateAt([weekend], Date.parse('2026-12-19T12:00Z'));
  t.equal(state.changesAtMs, Date.parse('2026-12-21T00:00Z'), 'until Monday');
  const always = scheduleOf({ from: '12:00', to: '12:00', except: ['2026-12-24'] });
  const held = timetable.stateAt([always], Date.parse('2026-12-20T12:00Z'));
  t.equal(held.changesAtMs, Date.parse('2026-12-24T12:00Z'), 'until the day that is excepted');
});

t.test('of several, those that hold are in the order given, and the soonest change counts', async (t) => {
  const timetable = new Timetable(await openZone('UTC'));
  const [homework, bedtime, lunch] = [
    scheduleOf({ name: 'homework', from: '15:00', to: '22:00' }),
    scheduleOf({ name: 'bedtime', from: '21:00', to: '06:30' }),
    scheduleOf({ name: 'lunch', from: '12:00', to: '13:00' }),
  ];
  const state = timetable.stateAt([homework, bedtime, lunch], Date.parse('2026-12-21T21:30Z'));
  t.strictSame(
    state.active.map(({ schedule }) => schedule.name),
    ['homework', 'bedtime'],
  );
  t.equal(state.changesAtMs, Date.parse('2026-12-21T22:00Z'));
  t.equal(state.next?.schedule, lunch);
  t.equal(state.next?.changesAtMs, Date.parse('2026-12-22T12:00Z'));
});

t.test('with weeks of excepted days, the first that is none is found', async (t) => {
  const timetable = new Timetable(await openZone('UTC'));
  const fridays = Array.from({ length: 80 }, (_, week) =>
    new Date(Date.parse('2026-01-02') + week * 7 * DAY_MS).toISOString().slice(0, 10),
  );
  const schedule = scheduleOf({ days: ['fri'], from: '20:00', to: '21:00', except: fridays });
  const state = timetable.stateAt([schedule], Date.parse('2026-01-01T00:00Z'));
  t.equal(new Date(state.changesAtMs).toISOString(), '2027-07-16T20:00:00.000Z');
});

t.test('a wrong clock holds every schedule, without an end', (t) => {
  const [a, b] = [scheduleOf({ from: '12:00', to: '13:00' }), scheduleOf({ from: '21:00', to: '06:00' })];
  const state = stateOfWrongClock([a, b]);
  t.strictSame(
    state.active.map(({ schedule }) => schedule),
    [a, b],
  );
  t.equal(state.changesAtMs, Infinity);
  t.end();
});

t.test('without schedules nothing holds and nothing changes', async (t) => {
  const state = new Timetable(await openZone('UTC')).stateAt([], 0);
  t.strictSame(state, { active: [], next: undefined, changesAtMs: Infinity });
});

const CHANGES = [
  ['Europe/Berlin', '2026-03-29', '2026-10-25'],
  ['America/New_York', '2026-03-08', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05', '2026-10-04'],
  ['Africa/Cairo', '2026-04-24', '2026-10-29'],
  ['Asia/Kolkata', '2026-03-29'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kwajalein', '1993-08-21'],
] as const;

t.test('over every change of the clock it agrees with what the clock shows, minute by minute', async (t) => {
  const random = seededRandom(13);
  for (const [name, ...dates] of CHANGES) {
    const timetable = new Timetable(await openZone(name));
    for (const date of dates) {
      const wall = wallOf(name, Date.parse(date) - 3 * DAY_MS, WALL_MINUTES);
      const faults = Array.from({ length: 24 }, () => randomSchedule(date, random)).flatMap((schedule) =>
        differences(timetable, schedule, wall, random),
      );
      t.strictSame(faults, [], `${name} around ${date}`);
    }
  }
});

/** Times that are often close to a change of the clock. */
function randomSchedule(date: string, random: Random): Schedule {
  const time = (): number => (random(3) === 0 ? random(1440) : (random(5) * 45 + random(2) * 15) % 1440);
  const days = WEEKDAYS.filter(() => random(3) > 0);
  const day = (toDay(date) ?? 0) - 2 + random(5);
  return {
    name: 'random',
    days: new Set(days.length === 0 ? WEEKDAYS : days),
    fromMinutes: time(),
    toMinutes: time(),
    except: new Set(random(4) === 0 ? [day] : []),
  };
}

/** Where state or next change are others than the wall's, in the days that the wall knows all about. */
function differences(timetable: Timetable, schedule: Schedule, wall: Wall, random: Random): string[] {
  const holding = holdingOf(wall, schedule);
  const flips = holding.flatMap((holds, index) => (holds === holding[index - 1] ? [] : [index]));
  const places = [
    ...flips.flatMap((index) => [index - 1, index]),
    ...Array.from({ length: 20 }, () => random(WALL_MINUTES)),
  ].filter((index) => index >= 2 * 1440 && index < KNOWN_MINUTES);
  return places.flatMap((index) => {
    const state = timetable.stateAt([schedule], wall.startMs + index * MINUTE_MS);
    const holds = state.active.length === 1;
    const changes = (state.changesAtMs - wall.startMs) / MINUTE_MS;
    const expected = flips.find((flip) => flip > index) ?? WALL_MINUTES;
    const agrees = changes === expected || (expected >= KNOWN_MINUTES && changes >= KNOWN_MINUTES);
    return holds === holding[index] && agrees
      ? []
      : [
          `${JSON.stringify({ ...schedule, days: [...schedule.days] })} at ${wall.shown[index]} (${index}): ${holds} until ${changes}, not ${holding[index]} until ${expected}`,
        ];
  });
}
