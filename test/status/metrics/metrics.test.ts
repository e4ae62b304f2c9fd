import { request } from 'node:http';
import t from 'tap';
import { clientFamilies } from '../../../src/status/metrics/client-metrics.ts';
import { listFamilies } from '../../../src/status/metrics/list-metrics.ts';
import { counter, gauge, toMetricsText } from '../../../src/status/metrics/metrics-text.ts';
import { ask, openHouse } from '../../support/house.ts';

t.test('text is written as Prometheus reads it', (t) => {
  const text = toMetricsText([
    counter('replies', 'Replies, \\ and\nmore.', [
      [{ vlan: 'kids', transport: 'udp' }, 2],
      [{ vlan: 'kids', transport: 'udp' }, 3],
      [{ vlan: 'a "b" \\ c\nd', transport: 'tcp' }, 0],
    ]),
    gauge('age_seconds', 'An age.', [
      [{}, 0.25],
      [{ list: 'gone' }, undefined],
    ]),
    gauge('nothing', 'Nothing to tell.', [[{}, undefined]]),
    gauge('none', 'No samples.', []),
  ]);
  t.equal(
    text,
    `# HELP vlandns_replies_total Replies, \\\\ and\\nmore.
# TYPE vlandns_replies_total counter
vlandns_replies_total{vlan="kids",transport="udp"} 3
vlandns_replies_total{vlan="a \\"b\\" \\\\ c\\nd",transport="tcp"} 0
# HELP vlandns_age_seconds An age.
# TYPE vlandns_age_seconds gauge
vlandns_age_seconds 0.25
`,
  );
  t.end();
});

t.test('each file of leases has its figures', (t) => {
  const leases = [
    { file: '/a', leases: 3, read: '2026-01-01T00:00:00.000Z', fault: undefined, failures: 0 },
    { file: '/b', leases: 0, read: undefined, fault: 'it cannot be read', failures: 7 },
  ];
  const nowMs = Date.parse('2026-01-01T00:02:30.000Z');
  const linesOf = (fault: string | undefined): string[] =>
    toMetricsText(clientFamilies({ leases, neighbours: { fault } }, nowMs))
      .split('\n')
      .filter((line) => !line.startsWith('#') && line !== '');
  t.strictSame(linesOf(undefined), [
    'vlandns_leases{file="/a"} 3',
    'vlandns_leases{file="/b"} 0',
    'vlandns_leases_faulty{file="/a"} 0',
    'vlandns_leases_faulty{file="/b"} 1',
    'vlandns_leases_failures_total{file="/a"} 0',
    'vlandns_leases_failures_total{file="/b"} 7',
    'vlandns_leases_age_seconds{file="/a"} 150',
    'vlandns_neighbours_readable 1',
  ]);
  t.ok(linesOf('no ip').includes('vlandns_neighbours_readable 0'));
  t.end();
});

t.test('a list is as old as its oldest copy, and counts for all its sources', (t) => {
  const nothing = {
    format: 'hosts',
    entries: 0,
    skipped: 0,
    errors: 0,
    code: 'ok',
    state: 'ok',
    isHeld: false,
    isRead: true,
    hasFailed: false,
  } as const;
  const source = (list: string, name: string, fields: object) => ({
    ...nothing,
    list,
    source: name,
    fetchedAt: undefined,
    dueAt: undefined,
    ...fields,
  });
  const lists = [
    source('ads', 'https://a.example/', { entries: 5, fetchedAt: '2026-01-01T00:00:00.000Z' }),
    source('ads', 'https://b.example/', {
      entries: 7,
      fetchedAt: '2026-01-01T00:01:00.000Z',
      code: 'held',
      isHeld: true,
      state: 'update held back: it shrank',
    }),
    source('own', 'own.txt', { entries: 1, errors: 2, code: 'missing', state: 'not read yet' }),
  ];
  const observed = [{ list: 'own', queries: 4 }];
  const trie = { names: 13, octets: 100, sets: 2 };
  const nowMs = Date.parse('2026-01-01T00:02:30.000Z');
  const samples = toMetricsText(listFamilies({ lists, observed, trie, localRecords: 3 }, nowMs))
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '');
  t.strictSame(samples, [
    'vlandns_list_entries{list="ads"} 12',
    'vlandns_list_entries{list="own"} 1',
    'vlandns_list_errors{list="ads"} 0',
    'vlandns_list_errors{list="own"} 2',
    'vlandns_list_age_seconds{list="ads"} 150',
    'vlandns_list_held{list="ads"} 1',
    'vlandns_list_held{list="own"} 0',
    'vlandns_list_faulty{list="ads"} 1',
    'vlandns_list_faulty{list="own"} 1',
    'vlandns_list_observed_total{list="own"} 4',
    'vlandns_trie_names 13',
    'vlandns_local_records 3',
    'vlandns_trie_bytes 100',
  ]);
  t.end();
});

function get(socketPath: string, path: string): Promise<{ type: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ type: response.headers['content-type'], text }));
    })
      .on('error', reject)
      .end();
  });
}

const LABELS = new Set(['vlan', 'policy', 'list', 'upstream', 'set', 'transport', 'mode', 'version', 'node']);

t.test('the metrics of a daemon are well formed, and agree with its status', async (t) => {
  const house = await openHouse(t);
  const daemon = await house.serve();
  for (const name of ['ads.example', 'casino.example', 'www.example', 'www.example'])
    await ask(house.kids, name);
  await ask(house.servers, 'ads.example');
  const { type, text } = await get(house.socket, '/metrics');
  t.equal(type, 'text/plain; version=0.0.4; charset=utf-8');

  const types = new Map<string, string>();
  const series = new Map<string, number>();
  let family = '';
  for (const line of text.trimEnd().split('\n')) {
    const [, kind, name = '', said = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') family = name;
    else if (kind === 'TYPE') types.set(name, said);
    else {
      const [, metric = '', labels = '', value] =
        /^(vlandns_[a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      t.equal(metric, family, line);
      t.ok(Number.isFinite(Number(value)) && Number(value) >= 0, line);
      t.notOk(series.has(line.replace(/ \S+$/, '')), `once: ${line}`);
      series.set(line.replace(/ \S+$/, ''), Number(value));
      for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) t.ok(LABELS.has(label), line);
    }
  }
  for (const [name, kind] of types)
    t.equal(kind, name.endsWith('_total') ? 'counter' : 'gauge', `the type of ${name}`);

  const { cache, lists, trie, upstreams, vlans } = await daemon.status();
  for (const [key, value] of [
    ['vlandns_vlan_up{vlan="kids"}', 1],
    ['vlandns_link_changes_total{vlan="kids"}', 0],
    ['vlandns_link_monitor_up', 0],
    ['vlandns_questions_total{vlan="kids"}', 4],
    ['vlandns_queries_total{vlan="kids",transport="udp"}', 4],
    ['vlandns_replies_total{vlan="kids",transport="udp"}', 4],
    ['vlandns_replies_total{vlan="servers",transport="udp"}', 1],
    ['vlandns_replies_total{vlan="servers",transport="tcp"}', 0],
    ['vlandns_blocked_total{vlan="kids"}', vlans[0]?.counters.blocked],
    ['vlandns_forwarded_total{vlan="kids"}', 1],
    ['vlandns_cache_hits_total', cache.hits],
    ['vlandns_list_entries{list="ads"}', lists[0]?.entries],
    ['vlandns_list_held{list="ads"}', 0],
    ['vlandns_trie_names', trie.names],
    ['vlandns_policy_missing_lists{policy="kids"}', 0],
    [`vlandns_upstream_up{set="default",upstream="${upstreams[0]?.servers[0]?.server}"}`, 1],
    ['vlandns_set_asked_total{set="default"}', 2],
    ['vlandns_log_lost_lines_total', 0],
  ] as const)
    t.equal(series.get(key), value, key);
  t.ok((series.get('vlandns_gc_pauses_total') ?? -1) >= 0, 'there may have been none yet');
  for (const key of ['vlandns_resident_bytes', 'vlandns_cpu_seconds_total'])
    t.ok((series.get(key) ?? 0) > 0, key);
  t.ok((series.get('vlandns_receive_buffer_bytes{vlan="kids"}') ?? 0) > 0);
  if (process.platform === 'linux') t.equal(series.get('vlandns_kernel_drops_total{vlan="kids"}'), 0);
});
