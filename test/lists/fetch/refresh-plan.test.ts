import t from 'tap';
import { dueAtMs } from '../../../src/lists/fetch/refresh-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = Date.UTC(2026, 0, 2);
const SECOND = 1000;
const fetched = { fetchedAtMs: now, failures: 0, failedAtMs: undefined, isHeld: false };

const cases: [
  when: string,
  history: Parameters<typeof dueAtMs>[0],
  random: number,
  /** From `now`, in milliseconds. */
  due: number,
][] = [
  ['a list that was never fetched is due now', { ...fetched, fetchedAtMs: undefined }, 0.9, 0],
  ['the interval holds with middling chance', fetched, 0.5, 12 * HOUR],
  ['chance shortens it by a tenth', fetched, 0, 10.8 * HOUR],
  ['chance stretches it by a tenth', fetched, 1, 13.2 * HOUR],
  ['a restart goes on counting', { ...fetched, fetchedAtMs: now - 5 * HOUR }, 0.5, 7 * HOUR],
  ['what fell due while we were down is past', { ...fetched, fetchedAtMs: now - 24 * HOUR }, 0.5, -12 * HOUR],
  ['a copy from the future is due now', { ...fetched, fetchedAtMs: now + HOUR }, 0.5, 0],
  [
    'a first failure is tried again in five seconds',
    { ...fetched, failures: 1, failedAtMs: now },
    0.5,
    5 * SECOND,
  ],
  ['chance is in that, too', { ...fetched, failures: 1, failedAtMs: now }, 0, 3.5 * SECOND],
  ['the pause doubles', { ...fetched, failures: 4, failedAtMs: now }, 0.5, 40 * SECOND],
  ['the pause is at most the interval', { ...fetched, failures: 15, failedAtMs: now }, 0.99, 12 * HOUR],
  [
    'after what is held back the server is asked again in a quarter of an hour, however often it was',
    { ...fetched, failures: 9, failedAtMs: now, isHeld: true },
    0.5,
    15 * MINUTE,
  ],
  ['even after failures without number', { ...fetched, failures: 5000, failedAtMs: now }, 0.5, 12 * HOUR],
  [
    'a list that was never fetched waits after a failure as well',
    { ...fetched, fetchedAtMs: undefined, failures: 2, failedAtMs: now },
    0.5,
    10 * SECOND,
  ],
  [
    'a failure in the future counts from now',
    { ...fetched, failures: 1, failedAtMs: now + HOUR },
    0.5,
    5 * SECOND,
  ],
];

for (const [when, history, random, due] of cases) {
  t.test(when, async (t) => {
    t.equal(dueAtMs(history, { nowMs: now, refreshMs: 12 * HOUR, random }) - now, due);
  });
}
