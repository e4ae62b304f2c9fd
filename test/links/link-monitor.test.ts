import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { LinkMonitor, newsSourceOf } from '../../src/links/link-monitor.ts';
import { until } from '../support/listener-parts.ts';

// As print_rtmsg() of OpenBSD's route(8) writes them.
const ROUTE_MONITOR = `got message of size 168 on Mon Nov 24 10:00:00 2025
RTM_IFINFO: iface status change: len 168, if# 2, name em0, link: active, mtu: 1500, flags:<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST>

got message of size 96 on Mon Nov 24 10:00:01 2025
RTM_NEWADDR: address being added to iface: len 96, if# 2, name em0, metric 0, flags:
sockaddrs: <NETMASK,IFP,IFA,BRD>
 255.255.255.0 em0 192.0.2.1 192.0.2.255
got message of size 192 on Mon Nov 24 10:00:02 2025
RTM_ADD: Add Route: len 192, priority 3, table 0, if# 2, name em0, pid: 0, seq 0, errno 0
flags:<UP,HOST,DONE,LLINFO,CLONED>
fmask:
use:        0   mtu:        0    expire:        0
got message of size 24 on Mon Nov 24 10:00:03 2025
RTM_IFANNOUNCE: iface arrival/departure: len 24, if# 9, name vlan40, what: arrival
RTM_CHGADDRATTR: address attributes being changed: len 120, if# 2, name em0, metric 0, flags:
RTM_PROPOSAL: config proposal: len 144, source slaac, table 0, if# 2, name em0, pid: 1, seq 1, errno 0
RTM_DESYNC: route socket overflow: len 8
`;

t.test('only what is about interfaces and their addresses is news', (t) => {
  const openbsd = newsSourceOf('openbsd');
  t.strictSame(openbsd?.command, ['/sbin/route', '-n', 'monitor']);
  const news = ROUTE_MONITOR.split('\n').filter((line) => openbsd?.isNews(line));
  t.strictSame(
    news.map((line) => line.split(':')[0]),
    ['RTM_IFINFO', 'RTM_NEWADDR', 'RTM_IFANNOUNCE', 'RTM_CHGADDRATTR', 'RTM_DESYNC'],
  );
  const linux = newsSourceOf('linux', (path) => path === '/usr/sbin/ip');
  t.strictSame(linux?.command, ['/usr/sbin/ip', '-o', 'monitor', 'link', 'address']);
  t.ok(linux?.isNews('2: eth0    inet 192.0.2.1/24 scope global eth0'));
  t.equal(
    newsSourceOf('linux', () => false),
    undefined,
    'without iproute2 there is none',
  );
  t.equal(newsSourceOf('darwin'), undefined);
  t.end();
});

/** Runs a script as the tool; its first argument is a file to write its process id to. */
function open(t: Test, script: string) {
  const file = join(t.testdir({}), 'pid');
  const seen = { news: 0, ends: [] as string[] };
  const monitor = new LinkMonitor({
    source: { command: ['/bin/sh', '-c', script, 'sh', file], isNews: (line) => line.startsWith('news') },
    onNews: () => seen.news++,
    onEnd: ({ message }) => seen.ends.push(message),
    pausesMs: [20, 60],
  });
  t.teardown(() => monitor.close());
  const pid = (): number => (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0);
  return { monitor, seen, pid, file };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

t.test('each piece of news is told, and one for the start', async (t) => {
  const { monitor, seen, pid } = open(
    t,
    'echo $$ > "$1"; echo news 1; echo other; echo news 2; exec sleep 1000',
  );
  await until(() => seen.news === 3, 'it was told');
  t.ok(monitor.isRunning);
  monitor.close();
  await until(() => !isAlive(pid()) && !monitor.isRunning, 'the tool ended, and we heard of it');
  t.strictSame(seen, { news: 3, ends: [] }, 'its end is not told when it was wanted');
});

t.test('a tool that ends is started again, after pauses that grow', async (t) => {
  const { seen } = open(t, 'exit 1');
  await until(() => seen.ends.length === 4, 'it ended 4 times');
  t.match(
    seen.ends.map((end) => /in (\d+) ms/.exec(end)?.[1]),
    ['20', '40', '60', '60'],
  );
});

t.test('a tool that is killed is started again', async (t) => {
  const { monitor, seen, pid, file } = open(t, 'echo $$ > "$1"; echo news; exec sleep 1000');
  await until(() => seen.news === 2 && pid() > 1, 'it runs');
  const first = pid();
  writeFileSync(file, '0');
  process.kill(first, 'SIGKILL');
  await until(() => seen.news === 4 && pid() > 1, 'another runs');
  t.equal(seen.ends.length, 1);
  t.not(pid(), first);
  t.ok(monitor.isRunning);
});

t.test('a tool that is not there is tried again and again', async (t) => {
  const ends: Error[] = [];
  const monitor = new LinkMonitor({
    source: { command: ['/no/such/tool'], isNews: () => true },
    onNews: () => undefined,
    onEnd: (error) => ends.push(error),
    pausesMs: [1, 1],
  });
  await until(() => ends.length === 2, 'it was tried twice');
  t.match(ends[0]?.message, /^\/no\/such\/tool has ended/);
  monitor.close();
});
