import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Test } from 'tap';
import t from 'tap';
import { bindFaultText } from '../../../src/listeners/sockets/bind-fault.ts';
import { ownBinder } from '../../../src/listeners/sockets/binder.ts';
import { openPlainUdpListener } from '../../../src/listeners/udp/plain-udp-listener.ts';
import type { Binding, ListenerReport, ListenerSetParts } from '../../../src/listeners/vlans/listener-set.ts';
import { ListenerSet } from '../../../src/listeners/vlans/listener-set.ts';
import { fstatHolder, readProcHolder } from '../../../src/listeners/sockets/port-holder.ts';
import { TcpConnections } from '../../../src/listeners/stream/tcp-connections.ts';
import {
  ANY_CONNECTIONS,
  freePort,
  KeptLog,
  query,
  replyTo,
  ScriptedPath,
  TcpClient,
  UdpClient,
  until,
} from '../../support/listener-parts.ts';
import { UDP_KINDS } from '../../support/udp-kinds.ts';

function make(
  t: Test,
  { binder = ownBinder, openUdp = openPlainUdpListener }: Partial<ListenerSetParts> = {},
) {
  const paths = new Map<string, ScriptedPath>();
  const set = new ListenerSet({
    binder,
    openUdp,
    handlerFor: (vlan, transport) => {
      const path = paths.get(`${vlan} ${transport.name}`) ?? new ScriptedPath();
      paths.set(`${vlan} ${transport.name}`, path);
      return path;
    },
    connections: new TcpConnections(() => ANY_CONNECTIONS),
    log: new KeptLog(),
    graceMs: 1000,
  });
  t.teardown(async () => {
    for (const path of paths.values()) path.release();
    await set.close();
  });
  return { set, paths };
}

const bound = (report: ListenerReport | undefined) => (report?.state === 'bound' ? report.bound : undefined);
const at = (vlan: string, address: string, port: number): Binding => ({ vlan, address, port });

for (const { name, open: openUdp, skip } of UDP_KINDS)
  t.test(`with ${name} listeners`, { skip }, async (t) => {
    t.test('UDP and TCP of an address are opened on one port', async (t) => {
      const { set, paths } = make(t, { openUdp });
      const port = await freePort();
      const [report] = await set.reconcile([at('kids', '127.0.0.1', port)]);
      t.match(report, { state: 'bound', isNew: true });
      const udp = new UdpClient('127.0.0.1');
      t.teardown(() => udp.close());
      udp.send(query(1, 'now'), port, '127.0.0.1');
      await udp.reply(1);
      const tcp = await TcpClient.open(port, '127.0.0.1');
      tcp.send(query(2, 'now'));
      await tcp.got(1);
      tcp.socket.destroy();
      t.strictSame([...paths.keys()], ['kids udp', 'kids tcp']);
    });

    t.test('where TCP cannot be opened UDP is closed again, and both come when it can', async (t) => {
      const { set } = make(t, { openUdp });
      const port = await freePort();
      const other = createServer().listen(port, '127.0.0.1');
      await once(other, 'listening');
      const [report] = await set.reconcile([at('kids', '127.0.0.1', port)]);
      t.match(report, { state: 'failed', fault: { code: 'EADDRINUSE', transport: 'tcp' } });
      t.strictSame(set.bound, []);
      const socket = createSocket('udp4');
      socket.bind(port, '127.0.0.1');
      await once(socket, 'listening');
      socket.close();
      other.close();
      await once(other, 'close');
      t.match(await set.reconcile([at('kids', '127.0.0.1', port)]), [{ state: 'bound' }]);
    });

    t.test('what stays wanted keeps its sockets, and loses no query meanwhile', async (t) => {
      const { set } = make(t, { openUdp });
      const port = await freePort();
      const kids = at('kids', '127.0.0.1', port);
      const [before] = await set.reconcile([kids]);
      const client = new UdpClient('127.0.0.1');
      t.teardown(() => client.close());
      const tcp = await TcpClient.open(port, '127.0.0.1');
      let sent = 0;
      const timer = setInterval(() => {
        client.send(query(++sent, sent % 2 === 0 ? 'now' : 'later'), port, '127.0.0.1');
        tcp.send(query(sent, 'now'));
      }, 1);
      for (let round = 0; round < 20; round++) {
        const others = [at('guests', '127.0.0.2', port), at('servers', '127.0.0.3', port)];
        const reports = await set.reconcile(round % 2 === 0 ? [{ ...kids }, ...others] : [{ ...kids }]);
        t.match(reports[0], { isNew: false });
        t.equal(bound(reports[0])?.listeners, bound(before)?.listeners);
      }
      await until(() => sent > 30, 'enough was sent');
      clearInterval(timer);
      for (let id = 1; id <= sent; id++) await client.reply(id);
      await tcp.got(sent);
      t.equal(set.bound.length, 1);
      tcp.socket.destroy();
    });

    t.test(
      'an address that moves to another VLAN keeps its sockets and is answered by the other',
      async (t) => {
        const { set, paths } = make(t, { openUdp });
        const port = await freePort();
        const [before] = await set.reconcile([at('kids', '127.0.0.1', port)]);
        const [after] = await set.reconcile([at('servers', '127.0.0.1', port)]);
        t.equal(bound(after)?.listeners, bound(before)?.listeners);
        t.equal(bound(after)?.binding.vlan, 'servers');
        const client = new UdpClient('127.0.0.1');
        t.teardown(() => client.close());
        client.send(query(1, 'now'), port, '127.0.0.1');
        await client.reply(1);
        t.equal(paths.get('servers udp')?.clients.length, 1);
        t.equal(paths.get('kids udp')?.clients.length, 0);
      },
    );

    t.test(
      'a binding closed while a query is pending answers it, and can be opened again at once',
      async (t) => {
        const { set, paths } = make(t, { openUdp });
        const port = await freePort();
        const wanted = [at('kids', '127.0.0.1', port)];
        await set.reconcile(wanted);
        const client = new UdpClient('127.0.0.1');
        t.teardown(() => client.close());
        client.send(query(1, 'wait'), port, '127.0.0.1');
        const path = paths.get('kids udp');
        await until(() => path?.waiting === 1, 'it waits');
        await set.reconcile([]);
        t.strictSame(set.bound, []);
        const again = set.reconcile(wanted);
        path?.release();
        t.strictSame(await client.reply(1), replyTo(query(1, 'wait')));
        t.match(await again, [{ state: 'bound', isNew: true }]);
      },
    );
  });

t.test('the program that holds a port is named', { skip: process.platform !== 'linux' }, async (t) => {
  const { set } = make(t);
  const port = await freePort();
  const other = createSocket('udp4');
  other.bind(port, '0.0.0.0');
  await once(other, 'listening');
  const wanted = [at('kids', '127.0.0.1', port)];
  const [report] = await set.reconcile(wanted);
  t.match(report, { state: 'failed', fault: { code: 'EADDRINUSE', transport: 'udp' } });
  t.match(report, { fault: { why: new RegExp(`process ${process.pid}\\) holds \\*:${port}`) } });
  const again = await set.reconcile(wanted);
  t.strictSame(again, [report], 'the explanation stays while the failure does');
  other.close();
  t.match(await set.reconcile(wanted), [{ state: 'bound' }]);
});

t.test(
  'the endpoints of a binding are those of its list, all or none, and closed ones are given back',
  async (t) => {
    const released: string[] = [];
    const binder = {
      ...ownBinder,
      released: (kind: string, address: string, port: number) =>
        void released.push(`${kind} ${address} ${port}`),
    };
    const { set } = make(t, { binder });
    const port = await freePort();
    const overs = (): string[] =>
      set.bound.map(({ listeners }) => listeners.map((listener) => listener.transport).join(' '));
    await set.reconcile([{ ...at('kids', '127.0.0.1', port), over: ['tcp'] }]);
    t.strictSame(overs(), ['tcp']);
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    const both = { ...at('kids', '127.0.0.1', port), over: ['tcp', 'udp'] } as const;
    t.match(await set.reconcile([both]), [
      { state: 'failed', fault: { code: 'EADDRINUSE', transport: 'udp' } },
    ]);
    t.strictSame(overs(), [], 'TCP is not kept alone');
    t.strictSame(released, [`tcp 127.0.0.1 ${port}`, `tcp 127.0.0.1 ${port}`]);
    socket.close();
    await once(socket, 'close');
    t.match(await set.reconcile([both]), [{ state: 'bound' }]);
    t.strictSame(overs(), ['tcp udp']);
  },
);

t.test('an address that two VLANs want goes to the first', async (t) => {
  const { set } = make(t);
  const port = await freePort();
  for (let round = 0; round < 2; round++) {
    const reports = await set.reconcile([at('kids', '127.0.0.1', port), at('lab', '127.0.0.1', port)]);
    t.match(reports, [
      { state: 'bound', bound: { binding: { vlan: 'kids' } } },
      { state: 'failed', fault: { code: 'EADDRINUSE', why: /already serves VLAN kids/ } },
    ]);
  }
});

t.test('reconciling twice at the same time takes turns', async (t) => {
  const { set } = make(t);
  const port = await freePort();
  const wanted = [at('kids', '127.0.0.1', port)];
  const [first, second] = await Promise.all([set.reconcile(wanted), set.reconcile(wanted)]);
  t.match([first, second], [[{ state: 'bound', isNew: true }], [{ state: 'bound', isNew: false }]]);
});

t.test('a binder that fails says why in words', async (t) => {
  const codes = ['EACCES', 'EADDRNOTAVAIL', 'ENOBUFS'];
  const fail = async () => {
    throw Object.assign(new Error('bind'), { code: codes.at(0) });
  };
  const { set } = make(t, { binder: { bindUdp: fail, listenTcp: fail } });
  const why = [/no permission.*port 53\/udp.*below 1024/, /192\.0\.2\.1 is not a usable address/, /ENOBUFS/];
  while (codes.length > 0) {
    t.match(await set.reconcile([at('kids', '192.0.2.1', 53)]), [
      { state: 'failed', fault: { code: codes.shift(), why: why.shift() } },
    ]);
  }
});

t.test('each failure has its words', (t) => {
  const v4 = { transport: 'udp', address: '192.0.2.1', port: 53 } as const;
  const v6 = { transport: 'tcp', address: '2001:db8::1', port: 5353 } as const;
  t.match(bindFaultText('EADDRINUSE', v4), {
    why: /192\.0\.2\.1 port 53\/udp is in use by another/,
    cure: /fstat/,
  });
  t.match(bindFaultText('EADDRINUSE', v4, { program: 'named', processId: 7, holds: '*:53' }), {
    why: /named \(process 7\) holds \*:53/,
    cure: /stop named/,
  });
  t.match(bindFaultText('EACCES', v4), { cure: /CAP_NET_BIND_SERVICE.*packet filter/ });
  t.notMatch(bindFaultText('EACCES', v6), { why: /below 1024/ });
  t.match(bindFaultText('EADDRNOTAVAIL', v6), { why: /tentative/ });
  t.match(bindFaultText('EAFNOSUPPORT', v6), { why: /no IPv6/ });
  t.match(bindFaultText('EINVAL', v6), { why: /EINVAL/ });
  t.end();
});

t.test('the holder is found in what fstat prints', (t) => {
  const fstat = readFileSync(new URL('../../support/links/fstat-n.txt', import.meta.url), 'utf8');
  const table: [transport: 'udp' | 'tcp', address: string, port: number, holder: string | undefined][] = [
    ['udp', '192.0.2.1', 53, 'named'],
    ['tcp', '192.0.2.1', 53, 'named'],
    ['udp', 'fe80::1%lo0', 53, 'named'],
    ['tcp', '127.0.0.1', 53, 'unwind'],
    ['udp', '127.0.0.1', 53, undefined],
    ['tcp', '2001:db8::1', 22, 'sshd'],
    ['tcp', '192.0.2.1', 22, undefined],
    ['udp', '198.51.100.1', 5353, 'dnsmasq'],
    ['udp', '192.0.2.1', 39_674, 'ntpd'],
    ['udp', '203.0.113.1', 123, undefined],
  ];
  for (const [transport, address, port, holder] of table) {
    t.equal(
      fstatHolder(fstat, { transport, address, port })?.program,
      holder,
      `${address}:${port}/${transport}`,
    );
  }
  t.match(fstatHolder(fstat, { transport: 'udp', address: '192.0.2.1', port: 53 }), { processId: 55_537 });
  t.end();
});

t.test('the holder is found in a proc filesystem', async (t) => {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n';
  const tail = '00000000:00000000 00:00000000 00000000     0        0';
  const root = t.testdir({
    net: {
      udp: `${head}  100: 010200C0:0035 00000000:0000 07 ${tail} 501 2 0 0\n`,
      udp6: `${head}  100: 00000000000000000000000000000000:14E9 00000000000000000000000000000000:0000 07 ${tail} 502 2 0 0\n`,
      tcp: [
        `${head}   0: 010200C0:0035 020200C0:9999 01 ${tail} 503 1 0`,
        `   1: 00000000:0035 00000000:0000 0A ${tail} 504 1 0\n`,
      ].join('\n'),
      tcp6: `${head}   0: B80D0120000000000000000001000000:0035 00000000000000000000000000000000:0000 0A ${tail} 505 1 0\n`,
    },
    10: {
      comm: 'named\n',
      fd: { 7: t.fixture('symlink', 'socket:[501]'), 8: t.fixture('symlink', 'socket:[505]') },
    },
    11: { comm: 'avahi-daemon\n', fd: { 3: t.fixture('symlink', 'socket:[502]') } },
    12: { comm: 'dnsmasq\n', fd: { 3: t.fixture('symlink', 'socket:[504]') } },
    self: {},
  });
  const find = async (transport: 'udp' | 'tcp', address: string, port: number) =>
    (await readProcHolder({ transport, address, port }, root))?.program;
  t.equal(await find('udp', '192.0.2.1', 53), 'named');
  t.equal(await find('udp', '192.0.2.2', 53), undefined);
  t.equal(await find('udp', '192.0.2.2', 5353), 'avahi-daemon', 'an IPv6 wildcard socket takes IPv4 too');
  t.equal(await find('tcp', '192.0.2.1', 53), 'dnsmasq', 'a connection does not hold the port');
  t.equal(await find('tcp', '2001:db8::1', 53), 'named');
});
