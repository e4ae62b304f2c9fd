// What is told of the page: where it is served, or why not, for people and for Prometheus.
import t from 'tap';
import { webText } from '../../src/cli/text/web-text.ts';
import type { WebFigures } from '../../src/querylog/figures.ts';
import { toMetricsText } from '../../src/status/metrics/metrics-text.ts';
import { webFamilies } from '../../src/status/metrics/web-metrics.ts';
import type { ToldQueryLog } from '../../src/status/query-log-status.ts';
import { webStatus } from '../../src/status/web-status.ts';
import type { ToldWeb } from '../../src/status/web-status.ts';

const FIGURES: WebFigures = {
  listening: ['https://192.0.2.1:8053'],
  faults: [],
  connections: 3,
  sessions: 2,
  requests: 100,
  refused: 7,
  failedLogins: 4,
};

type About = Parameters<typeof webStatus>[1];

const recorder = (web: WebFigures | undefined): NonNullable<ToldQueryLog['figures']> => ({
  pid: 1,
  startedAt: '2026-01-01T11:00:00.000Z',
  kept: 0,
  lost: 0,
  again: 0,
  malformed: 0,
  waitingBatches: 0,
  followers: 0,
  residentOctets: 0,
  cpuSeconds: 0,
  ageMs: 0,
  web,
});

const about = (web: WebFigures | undefined, more: Partial<About> = {}): About => ({
  recorder: 'running',
  isConnected: true,
  figures: recorder(web),
  fault: undefined,
  ...more,
});

t.test('the page is said to be served where it is', (t) => {
  const table: readonly (readonly [
    when: string,
    about: About,
    state: ToldWeb['state'],
    faults: readonly string[],
  ])[] = [
    ['all is well', about(FIGURES), 'serving', []],
    ['one address is missing', about({ ...FIGURES, faults: ['it is in use'] }), 'partly', ['it is in use']],
    [
      'no address',
      about({ ...FIGURES, listening: [], faults: ['it is in use'] }),
      'not serving',
      ['it is in use'],
    ],
    ['it has told nothing yet', about(undefined), 'starting', []],
    ['it is being started', about(undefined, { recorder: 'starting', figures: undefined }), 'starting', []],
    [
      'its process has ended',
      about(FIGURES, { recorder: 'waiting', isConnected: false, fault: 'it has ended' }),
      'not serving',
      ['it has ended'],
    ],
    [
      'there is no process',
      about(undefined, { recorder: 'off' }),
      'not serving',
      ['the process that serves it is not running'],
    ],
    ['nobody knows', about(FIGURES, { isConnected: false }), 'starting', []],
  ];
  for (const [when, given, state, faults] of table) t.match(webStatus(true, given), { state, faults }, when);
  t.equal(webStatus(false, about(FIGURES)), undefined);
  t.end();
});

t.test('people and Prometheus are told the same', (t) => {
  const web = webStatus(true, about(FIGURES));
  t.equal(
    webText(web),
    `
page
  state     serving on https://192.0.2.1:8053
  open      3 connections, 2 logged in
  requests  100, 7 refused, 4 log-ins failed
`,
  );
  t.match(webText(webStatus(true, about(undefined))), /^ {2}state +starting$/m);
  t.equal(webText(undefined), '');
  const samples = toMetricsText(webFamilies({ web }))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  t.strictSame(samples, [
    'vlandns_web_up 1',
    'vlandns_web_faulty 0',
    'vlandns_web_connections 3',
    'vlandns_web_sessions 2',
    'vlandns_web_requests_total 100',
    'vlandns_web_refused_requests_total 7',
    'vlandns_web_failed_logins_total 4',
  ]);
  const down = webStatus(true, about({ ...FIGURES, listening: [], faults: ['in use'] }));
  t.match(toMetricsText(webFamilies({ web: down })), /^vlandns_web_up 0$/m);
  t.strictSame(webFamilies({ web: undefined }), []);
  t.end();
});
