// What time it is at least, by the files of a state folder; and what is said of a clock that shows less.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { clockFault, knownTime } from '../../src/assembly/known-time.ts';
import { NO_TIMES } from '../../src/schedules/times.ts';

/** Later than any file of the program. */
const WRITTEN = Date.parse('2040-01-02T03:04:05Z');
const LEEWAY_MS = 60_000;

/** Writes a file as of a moment. */
function write(file: string, unixMs: number): string {
  writeFileSync(file, '');
  utimesSync(file, unixMs / 1000, unixMs / 1000);
  return file;
}

t.test(
  'it is no earlier than the newest file in the state folder and the folders in it, less a minute',
  (t) => {
    const folder = t.testdir();
    write(join(folder, 'old'), WRITTEN - 5000);
    mkdirSync(join(folder, 'sources'));
    const newest = write(join(folder, 'sources', 'ads'), WRITTEN);
    t.strictSame(knownTime(folder), { unixMs: WRITTEN - LEEWAY_MS, file: newest });
    const newer = write(join(folder, 'desk'), WRITTEN + 5000);
    t.strictSame(knownTime(folder), { unixMs: WRITTEN + 5000 - LEEWAY_MS, file: newer });
    t.end();
  },
);

t.test('without such files it is no earlier than the program', (t) => {
  const { unixMs, file } = knownTime(join(t.testdir(), 'not-there'));
  t.match(file, /known-time/);
  t.ok(unixMs > Date.parse('2020-01-01') && unixMs < Date.now(), String(unixMs));
  t.end();
});

t.test('a clock that shows less is told with what it is known by', (t) => {
  const known = { unixMs: WRITTEN, file: '/state/desk' };
  const times = { ...NO_TIMES, unixMs: 0 };
  t.match(
    clockFault({ ...times, isClockWrong: true }, known),
    /^the clock of this machine shows 1970-01-01T.* and \/state\/desk is of 2040-01-02T03:04:05.*; if it is right, touch that file$/,
  );
  t.equal(clockFault({ ...times, isClockWrong: false }, known), undefined);
  t.end();
});
