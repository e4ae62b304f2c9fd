/** The bench counts: medians, spreads, ratios, bars, tables, and the results that are kept. */
import t from 'tap';
import { Figures } from '../../bench/figures.ts';
import type { Bar } from '../../bench/report/bars.ts';
import { barsOf, isMet } from '../../bench/report/bars.ts';
import { replaceReport } from '../../bench/report/keep-results.ts';
import { formatReport } from '../../bench/report/report.ts';
import { toResults } from '../../bench/report/results.ts';
import { formatNumber, formatTable, withoutEmptyColumns } from '../../bench/report/table.ts';
import { mean, median, pairedRatios, percentile, spreadOf } from '../../bench/stats.ts';
import { inRounds } from '../../bench/servers/fleet.ts';

t.test('the median is the middle value, or the mean of the middle two', async (t) => {
  const rows: [number[], number][] = [
    [[7], 7],
    [[3, 1, 2], 2],
    [[10, 1, 2, 4], 3],
  ];
  for (const [values, middle] of rows) t.equal(median(values), middle, values.join(' '));
  t.ok(Number.isNaN(median([])), 'of nothing');
});

t.test('a spread is the median with the least and the greatest', async (t) => {
  t.same(spreadOf([5, 1, 3]), { median: 3, lowest: 1, highest: 5 });
  t.equal(spreadOf([]), undefined);
});

t.test('a percentile is the value that so many lie below', async (t) => {
  const values = Array.from({ length: 1000 }, (_, at) => at);
  t.equal(percentile(values, 0.5), 500);
  t.equal(percentile(values, 0.99), 990);
  t.equal(percentile(values, 1), 999, 'the greatest, not one behind it');
  t.equal(percentile([4], 0.999), 4);
});

t.test('ratios are of the same round', async (t) => {
  t.same(pairedRatios([2, 8, 9], [1, 2, 3]), [2, 4, 3]);
  t.same(pairedRatios([2, 8], [1]), [2], 'a round that only one was measured in is left out');
  t.equal(mean([1, 2, 6]), 3);
});

t.test('every round begins with another server', async (t) => {
  const turns: string[] = [];
  await inRounds(3, ['a', 'b', 'c'], async (server, round) => void turns.push(`${server}${round}`));
  t.same(turns, ['a0', 'b0', 'c0', 'b1', 'c1', 'a1', 'c2', 'a2', 'b2']);
});

function someFigures(): Figures {
  const figures = new Figures();
  const cpu: [string, number[]][] = [
    ['vlandns batched', [4, 5, 6]],
    ['unbound', [8, 10, 8]],
    ['dnsmasq', [16, 20, 24]],
    ['C floor', [4, 4, 4]],
  ];
  for (const [server, values] of cpu)
    for (const cpuUs of values) figures.add('hit, dnsperf', server, { cpuUs });
  for (const lost of [0, 0, 1]) figures.add('hit, dnsperf', 'dnsmasq', { lost });
  for (const userUs of [0, 0, 3]) figures.add('hit, dnsperf', 'vlandns batched', { userUs });
  for (const [server, rate] of [
    ['vlandns batched', 300],
    ['unbound', 150],
    ['dnsmasq', 200],
  ] as const)
    figures.add('hit, own client', server, { queriesPerSecond: rate });
  return figures;
}

t.test('bars are held against ratios of the same round', async (t) => {
  const bars = barsOf(someFigures(), 'vlandns batched');
  const bar = (what: string): Bar =>
    bars.find((one) => one.what === what) ?? { what, unit: 'no such bar', value: undefined };
  const peer = bar("CPU per cached answer : unbound's cached, dnsperf");
  t.match(peer, { unit: '×', most: 0.75, value: { median: 0.5, lowest: 0.5, highest: 0.75 } });
  t.equal(isMet(peer), true);
  const user = bar('user time per cached answer');
  t.equal(user.value?.median, 1, 'user time is the mean: ticks are samples');
  const best = bar('throughput, cached : the best peer, own client');
  t.equal(best.value?.median, 1.5, 'dnsmasq is the best peer here');
  t.equal(isMet(best), true);
  const floor = bar('CPU per cached answer : C floor, dnsperf');
  t.match(floor, { value: { median: 1.25 } });
  t.equal(isMet({ ...floor, most: 1.2 }), false);
  t.equal(isMet(bar('RSS after swaps')), undefined, 'not measured');
});

t.test('a table is as wide as its widest cell, figures to the right', async (t) => {
  const table = {
    head: ['server', 'µs', 'lost'],
    rows: [
      ['unbound', '12.50', ''],
      ['a', '3.25', ''],
    ],
  };
  t.equal(
    formatTable(withoutEmptyColumns(table)),
    ['| server  |    µs |', '| ------- | ----: |', '| unbound | 12.50 |', '| a       |  3.25 |', ''].join(
      '\n',
    ),
  );
  t.equal(formatNumber(12_345.678, 1), '12,345.7');
});

const AROUND = {
  date: '2026-01-02T03:04:05.000Z',
  minutes: 9,
  rounds: 3,
  machine: { processor: 'a processor', processors: 2, memoryGb: 8, kernel: 'Linux 6', system: 'a system' },
  versions: { vlandns: '0.1.0', unbound: '1.17.1' },
  othersPercent: 1.5,
  placement: 'pinned',
  names: '1,000,000 names, all made up',
  notes: ['dnsmasq is not installed'],
  ours: 'vlandns batched',
};

t.test('results have every value, and what stands for them', async (t) => {
  const results = toResults(someFigures(), AROUND);
  const one = results.figures.find(({ server, figure }) => server === 'unbound' && figure === 'cpuUs');
  t.same(one, { case: 'hit, dnsperf', server: 'unbound', figure: 'cpuUs', values: [8, 10, 8], value: 8 });
  const lost = results.figures.find(({ figure }) => figure === 'lost');
  t.equal(lost?.value, 1, 'what was lost is added up');
});

t.test('the report shows bars, figures with their spread, and what is odd', async (t) => {
  const report = formatReport(toResults(someFigures(), AROUND));
  t.match(
    report,
    /CPU per cached answer : unbound's cached, dnsperf +\| +0\.50 × \| +0\.50 to 0\.75 \| ≤ 0\.75 × \| yes \|/,
  );
  t.match(report, /\| unbound +\| dnsperf +\| +8\.00 \(8\.00–10\.00\)/);
  t.match(report, /- dnsmasq is not installed\n/);
  t.notMatch(report, /NaN|undefined/);
});

t.test('the report takes the place of the one before, and needs its markers', async (t) => {
  const text = (inside: string): string =>
    `# A\n<!-- report: written by npm run bench -->\n\n${inside}\n<!-- end of report -->\nrest\n`;
  t.equal(replaceReport(text('old'), 'new'), text('new'));
  t.throws(() => replaceReport('# A\n', 'new'), { message: /no place for the report/ });
});
