import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openLog } from '../../src/server/log.ts';
import { until } from '../support/listener-parts.ts';

/** The lines of a log as they are by now. */
function linesOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Record<string, unknown> => JSON.parse(line));
}

function isWritten(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

t.test('the log has one line of JSON an event, from its level on', async (t) => {
  const file = join(t.testdir(), 'vlandns.log');
  const log = openLog({ level: 'warn', file });
  log.info({ event: 'quiet' }, 'not written');
  log.warn({ event: 'source_mismatch', vlan: 'kids' }, 'a client of another network');
  log.error({ event: 'bug', detail: { deep: 1 } }, 'line\nbreak');
  log.close();
  await until(() => isWritten(file), 'the log was written');
  const lines = linesOf(file);
  t.match(lines, [
    { level: 'warn', event: 'source_mismatch', vlan: 'kids', msg: 'a client of another network' },
    { level: 'error', event: 'bug', detail: { deep: 1 }, msg: 'line\nbreak' },
  ]);
  t.match(lines[0]?.['time'], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.notOk('pid' in (lines[0] ?? {}));
});

t.test('a log that was renamed goes on under its name after reopen()', async (t) => {
  const file = join(t.testdir(), 'vlandns.log');
  const log = openLog({ level: 'info', file });
  log.info({ event: 'first' }, 'before');
  await until(() => isWritten(file), 'the first line was written');
  renameSync(file, `${file}.0`);
  log.reopen();
  await until(() => statSync(file, { throwIfNoEntry: false }) !== undefined, 'the file is there again');
  log.info({ event: 'second' }, 'after');
  await until(() => isWritten(file), 'the second line was written');
  log.close();
  t.match([linesOf(`${file}.0`), linesOf(file)], [[{ event: 'first' }], [{ event: 'second' }]]);
});
