// What is told of the query log: the cause of what is lost, and why records are not kept, for people and for Prometheus.
import t from 'tap';
import { queryLogText } from '../../src/cli/text/query-log-text.ts';
import { toMetricsText } from '../../src/status/metrics/metrics-text.ts';
import { queryLogFamilies } from '../../src/status/metrics/query-log-metrics.ts';
import { queryLogStatus } from '../../src/status/query-log-status.ts';
import type { ToldProcess, ToldRecording } from '../../src/status/query-log-status.ts';

const NOW_MS = Date.parse('2026-01-01T12:00:00.000Z');

const FIGURES: ToldRecording['figures'] = {
  records: 100,
  lost: 7,
  lostWithLink: 2,
  waitingBatches: 1,
  connected: true,
  lastFault: undefined,
  obstacle: undefined,
};

const RECORDER: NonNullable<ToldRecording['recorder']> = {
  pid: 4321,
  startedAt: '2026-01-01T11:00:00.000Z',
  kept: 80,
  lost: 5,
  again: 0,
  malformed: 1,
  waitingBatches: 0,
  followers: 2,
  residentOctets: 64 * 1_048_576,
  cpuSeconds: 1.5,
  ageMs: 1000,
  store: { store: 'sqlite', queries: 80, octets: 2_097_152, oldestMs: NOW_MS - 3_600_000 },
  dnstap: { isConnected: false, sent: 3, lost: 4, fault: 'connection refused' },
};

const RUNNING: ToldProcess = { state: 'running', starts: 1 };

const status = (
  figures: Partial<ToldRecording['figures']> = {},
  recorder: Partial<typeof RECORDER> = {},
  process = RUNNING,
) => queryLogStatus({ figures: { ...FIGURES, ...figures }, recorder: { ...RECORDER, ...recorder } }, process);

t.test('why records are not kept is told where something keeps them from it, and nothing else is', (t) => {
  const died: ToldProcess = {
    state: 'waiting',
    starts: 3,
    last: { how: 'SIGKILL', at: '2026-01-01T11:59:00.000Z' },
  };
  const table: [what: string, told: ReturnType<typeof status>, fault: string | RegExp | undefined][] = [
    ['all is well', status(), undefined],
    [
      'a path that no socket can have',
      status({ obstacle: 'too long' }, {}, { state: 'off', starts: 0 }),
      'too long',
    ],
    ['nothing is logged', status({ connected: false }, {}, { state: 'off', starts: 0 }), undefined],
    ['it is being started', status({ connected: false }, {}, { state: 'starting', starts: 1 }), undefined],
    [
      'it has ended',
      status({ connected: false }, {}, died),
      /the recorder has ended \(SIGKILL\), and another/,
    ],
    [
      'it is not to be reached',
      status({ connected: false, lastFault: 'ENOENT' }),
      /cannot be reached: ENOENT/,
    ],
    ['it says nothing', status({}, { ageMs: 61_000 }), /has not said anything for 61 seconds/],
    ['it has no store', status({}, { fault: 'the disk is full', store: undefined }), 'the disk is full'],
    [
      'its store has a fault',
      status(
        {},
        { store: { store: 'sqlite', queries: 0, octets: 0, oldestMs: undefined, fault: 'damaged' } },
      ),
      'damaged',
    ],
  ];
  for (const [what, told, fault] of table) t.match(told.fault, fault, what);
  t.equal(status().fault, undefined);
  t.strictSame(status().lost, { memory: 7, link: 2, store: 5 });
  t.strictSame(queryLogStatus({ figures: FIGURES, recorder: undefined }, RUNNING).lost, {
    memory: 7,
    link: 2,
    store: 0,
  });
  t.end();
});

t.test('people are told in lines', (t) => {
  t.equal(queryLogText(undefined, NOW_MS), '', 'an older daemon tells nothing');
  t.equal(
    queryLogText(status({ connected: false }, {}, { state: 'off', starts: 0 }), NOW_MS),
    '\nquery log: off\n',
  );
  t.equal(
    queryLogText(status(), NOW_MS),
    `
query log
  recorder  running (4321), 64.0 MiB resident
  records   100 made, 80 kept by this recorder, 1 batch waits
  lost      7 (no room in memory), 2 (given up on the way to the recorder), 5 (not kept by the database)
  sqlite    80 queries in 2.0 MiB, the oldest of 2026-01-01T11:00:00.000Z
  dnstap    connection refused, 3 queries sent, 4 lost
`,
  );
  const late = queryLogText(
    status(
      { connected: false, lastFault: 'ENOENT', lost: 0, lostWithLink: 0 },
      { ageMs: 30_000, lost: 0 },
      {
        ...RUNNING,
        starts: 2,
        last: { how: 'SIGKILL', at: '2026-01-01T11:59:00.000Z' },
      },
    ),
    NOW_MS,
  );
  t.match(
    late,
    /recorder {2}running, not connected \(4321\), .*started again once, the last one ended at 2026.*\(SIGKILL\)/,
  );
  t.match(late, /lost {6}none/);
  t.match(late, /\n {2}the recorder cannot be reached: ENOENT\n {2}figures of 2026-01-01T11:59:30.000Z\n$/);
  t.end();
});

t.test('metrics have causes as labels, and none where nothing is logged', (t) => {
  const lines = (told: ReturnType<typeof status>): string[] =>
    toMetricsText(queryLogFamilies({ queryLog: told }, NOW_MS))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace('vlandns_querylog_', ''));
  t.strictSame(lines(status()), [
    'up 1',
    'faulty 0',
    'recorder_restarts_total 0',
    'records_total 100',
    'lost_records_total{cause="memory"} 7',
    'lost_records_total{cause="link"} 2',
    'lost_records_total{cause="store"} 5',
    'waiting_batches 1',
    'kept_records_total 80',
    'malformed_total 1',
    'figures_age_seconds 1',
    'followers 2',
    'recorder_resident_bytes 67108864',
    'recorder_cpu_seconds_total 1.5',
    'database_queries 80',
    'database_bytes 2097152',
    'oldest_age_seconds 3600',
    'dnstap_up 0',
    'dnstap_sent_total 3',
    'dnstap_lost_total 4',
  ]);
  t.strictSame(lines(status({ records: 0 }, {}, { state: 'off', starts: 0 })), []);
  t.end();
});
