/** The bench reads what other programs and /proc tell: dnsperf, nsd-control, process status. */
import t from 'tap';
import { parseDnsperf } from '../../bench/load/dnsperf.ts';
import { parseLatencies } from '../../bench/load/latency.ts';
import { costOf, cpuTimeOf, parseSched, parseStat } from '../../bench/measure/cpu.ts';
import { parseStatusMb, residentMb } from '../../bench/measure/memory.ts';
import { parseOwnTicks, parseTicks } from '../../bench/measure/others.ts';
import { allowedCores } from '../../bench/placement.ts';
import { parseQueries } from '../../bench/servers/nsd.ts';

const DNSPERF = `DNS Performance Testing Tool
Version 2.10.0

[Status] Command line: dnsperf -s 127.0.0.1 -p 5392 -d q.txt -l 2 -v
[Status] Sending queries (to 127.0.0.1:5392)
> NOERROR host1.example.com A 0.000155
> NXDOMAIN host2.example.com A 0.000055
> T host3.example.com A
[Status] Testing complete (time limit)

Statistics:

  Queries sent:         1003
  Queries completed:    1000 (99.70%)
  Queries lost:         3 (0.30%)

  Response codes:       NOERROR 991 (99.10%), NXDOMAIN 9 (0.90%)
  Average packet size:  request 37, response 53
  Run time (s):         2.000071
  Queries per second:   500.0

  Average Latency (s):  0.000373 (min 0.000012, max 0.001474)
  Latency StdDev (s):   0.000308
`;

t.test('dnsperf tells what was sent, answered and lost, and how', async (t) => {
  t.same(parseDnsperf(DNSPERF), {
    sent: 1003,
    completed: 1000,
    lost: 3,
    codes: { NOERROR: 991, NXDOMAIN: 9 },
    replyOctets: 53,
    seconds: 2.000071,
  });
});

t.test('output without statistics is an error that shows it', async (t) => {
  t.throws(() => parseDnsperf('Error: unable to bind'), { message: /unable to bind/ });
});

t.test('a run in which nothing was answered has no codes', async (t) => {
  const text = DNSPERF.replace(/Response codes:.*/, 'Response codes:       ');
  t.same(parseDnsperf(text).codes, {});
});

t.test('verbose dnsperf tells the latency of every query that was answered', async (t) => {
  t.same(
    parseLatencies(DNSPERF).map((us) => Math.round(us)),
    [155, 55],
  );
});

t.test('user and system ticks are found behind any command name', async (t) => {
  const fields = 'S 1 2 3 4 5 6 7 8 9 10 71 29 0 0 20 0';
  for (const name of ['(node)', '(a b) c)', '((sd-pam))'])
    t.same(parseStat(`4711 ${name} ${fields}`), { userTicks: 71, systemTicks: 29 }, name);
});

t.test('the time that the scheduler counted is read to the nanosecond', async (t) => {
  const page =
    'cat (28222, #threads: 1)\nse.vruntime : 454.874845\nse.sum_exec_runtime          :      0.736458\n';
  t.equal(parseSched(page), 0.736458);
  t.equal(parseSched('node (1, #threads: 1)\n'), undefined, 'a kernel that does not tell');
});

t.test('what a query costs is the time between, split by ticks', async (t) => {
  const before = { totalMs: 1000, userTicks: 50, systemTicks: 50 };
  const after = { totalMs: 1400, userTicks: 60, systemTicks: 80 };
  t.same(costOf(before, after, { answered: 100_000, seconds: 0.5 }), {
    cpuUs: 4,
    userUs: 1,
    systemUs: 3,
    busyPercent: 80,
  });
  t.equal(
    costOf(before, { ...before, totalMs: 1001 }, { answered: 10, seconds: 1 }).userUs,
    0,
    'no tick in between',
  );
});

t.test('this process uses processor time and memory', async (t) => {
  if (process.platform !== 'linux') return t.comment('no /proc to read');
  const before = cpuTimeOf(process.pid);
  let sum = 0;
  for (let at = 0; at < 2e7; at++) sum += at % 7;
  t.ok(sum > 0);
  t.ok(cpuTimeOf(process.pid).totalMs > before.totalMs);
  t.ok(Math.abs(residentMb(process.pid) - process.memoryUsage().rss / 1e6) < 50);
});

t.test('resident memory and its peak are in MB of a million octets', async (t) => {
  const status = 'Name:\tnode\nVmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\n';
  t.equal(parseStatusMb(status, 'VmRSS'), 102.4);
  t.equal(parseStatusMb(status, 'VmHWM'), 204.8);
});

t.test('the processors that may be used are listed singly', async (t) => {
  const rows: [string, number[]][] = [
    ['0-1', [0, 1]],
    ['0', [0]],
    ['0-2,5,8-9', [0, 1, 2, 5, 8, 9]],
  ];
  for (const [list, cores] of rows)
    t.same(allowedCores(`Cpus_allowed:\t3\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`), cores, list);
  t.same(allowedCores('Name:\tnode\n'), [], 'not told');
});

t.test('waiting for disks is idling, and guests are not counted twice', async (t) => {
  t.same(parseTicks('cpu  100 1 50 800 20 3 4 5 90 0\ncpu0 1 1 1 1\n'), { busy: 163, all: 983 });
});

t.test('a process has used what its ended children have used', async (t) => {
  t.equal(parseOwnTicks('7 (a) b) S 1 2 3 4 5 6 7 8 9 10 71 29 400 500 20 0'), 1000);
});

t.test('NSD tells how many queries it has had', async (t) => {
  t.equal(parseQueries('server0.queries=7\nnum.queries=42\ntime.boot=1.5\n'), 42);
});
