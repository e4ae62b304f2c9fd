import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { KernelDropCount, toFullSockets } from '../../../src/listeners/udp/kernel-drops.ts';
import { procAddress, toProcSockets } from '../../../src/listeners/sockets/proc-sockets.ts';
import {
  ASKED_BUFFER_OCTETS,
  askReceiveBuffer,
  askSendBuffer,
  receiveBufferShortage,
} from '../../../src/listeners/udp/receive-buffer.ts';
import { openFlood } from '../../support/query-flood.ts';

// What Linux 6.1 shows; blanks in the head line differ between the two tables.
const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            
  435: 0228A8C0:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   999        0 20001 2 00000000a4f6f1bc 7         
  436: 02FEA8C0:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   999        0 20002 2 000000004a7542d9 0         
 7014: 0100007F:150F 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1053926 2 00000000a4f6f1bc 3
`;
const UDP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  435: B80D0120000000000000000001000000:0035 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000   999        0 20003 2 000000004a7542d9 11
`;

const kids = { vlan: 'kids', address: '192.168.40.2', port: 53 };
const kids6 = { vlan: 'kids', address: '2001:db8::1', port: 53 };
const servers = { vlan: 'servers', address: '192.168.254.2', port: 53 };

/** A count that reads these tables. */
function linuxCount(t: Test, tables: { udp: string; udp6?: string }) {
  const procNet = t.testdir(tables);
  const netstat = (): Promise<string> => Promise.reject(new Error('not on Linux'));
  return new KernelDropCount({ platform: 'linux', procNet, netstat });
}

t.test('tables of sockets are read into rows', (t) => {
  t.strictSame(toProcSockets(UDP)[0], {
    address: '0228A8C0',
    port: 53,
    state: '07',
    inode: '20001',
    drops: 7,
  });
  t.strictSame(
    toProcSockets(`${UDP}broken line\n`).map(({ port, drops }) => [port, drops]),
    [
      [53, 7],
      [53, 0],
      [5391, 3],
    ],
  );
  t.strictSame(toProcSockets(''), []);
  t.equal(procAddress('2001:db8::1'), toProcSockets(UDP6)[0]?.address);
  t.end();
});

t.test('drops are told by socket and by VLAN', async (t) => {
  const drops = await linuxCount(t, { udp: UDP, udp6: UDP6 }).read([kids, kids6, servers], 0);
  t.strictSame([...drops.bySocket.values()], [7, 11, 0]);
  t.strictSame(
    [...drops.byVlan],
    [
      ['kids', 18],
      ['servers', 0],
    ],
  );
  t.equal(drops.wholeSystem, undefined);
});

t.test('what cannot be told is not told', async (t) => {
  const absent = { vlan: 'lab', address: '192.0.2.1', port: 53 };
  const drops = await linuxCount(t, { udp: UDP }).read([absent, kids6, { ...kids, port: 5353 }], 0);
  t.equal(drops.bySocket.size, 0);
  const gone = new KernelDropCount({
    platform: 'linux',
    procNet: join(t.testdirName, 'nowhere'),
    netstat: () => Promise.resolve(''),
  });
  t.equal((await gone.read([kids], 0)).bySocket.size, 0);
});

t.test('the sum of a VLAN never falls, whatever becomes of its sockets', async (t) => {
  const count = linuxCount(t, { udp: UDP });
  const sums: number[] = [];
  for (const [index, [inode, drops]] of (
    [
      ['20001', 7],
      ['20001', 9],
      ['20009', 2],
      ['20009', 2],
    ] as const
  ).entries()) {
    t.testdir({ udp: UDP.replace('20001', inode).replace(/ 7 +\n/, ` ${drops}\n`) });
    const { byVlan } = await count.read([kids], index * 10_000);
    sums.push(byVlan.get('kids') ?? -1);
  }
  t.strictSame(sums, [7, 9, 11, 11]);
});

t.test('one reading serves all who ask within a second', async (t) => {
  const count = linuxCount(t, { udp: UDP });
  const told: unknown[] = [];
  for (const nowMs of [5000, 5999, 6000]) {
    const { bySocket } = await count.read([kids], nowMs);
    told.push(bySocket.get(kids));
    t.testdir({ udp: UDP.replace(/ 7 +\n/, ' 8\n') });
  }
  t.strictSame(told, [7, 7, 8]);
});

t.test('OpenBSD tells one number for all sockets', async (t) => {
  // The lines of netstat(1), usr.bin/netstat/inet.c, udp_stats().
  const printed = `udp:
	52113 datagrams received
	0 with incomplete header
	14 dropped due to no socket
	3 broadcast/multicast datagrams dropped due to no socket
	0 dropped due to missing IPsec protection
	1207 dropped due to full socket buffers
	50889 delivered
	51002 datagrams output
`;
  t.equal(toFullSockets(printed), 1207);
  t.equal(toFullSockets('netstat: no namelist'), undefined);
  for (const [netstat, wholeSystem] of [
    [() => Promise.resolve(printed), 1207],
    [() => Promise.reject(new Error('ENOENT')), undefined],
  ] as const) {
    const count = new KernelDropCount({ platform: 'openbsd', procNet: '', netstat });
    const drops = await count.read([kids], 0);
    t.match(drops, { wholeSystem });
    t.equal(drops.bySocket.size, 0);
  }
});

async function bound(t: Test, address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  t.teardown(() => socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

t.test('a full receive buffer shows in the count of its socket', async (t) => {
  if (process.platform !== 'linux')
    return void t.pass('it is tried', { skip: 'only Linux counts by socket' });
  const full = await bound(t, '127.0.0.1');
  const other = await bound(t, '127.0.0.1');
  full.setRecvBufferSize(1);
  const { port } = full.address();
  const sockets = [
    { vlan: 'kids', address: '127.0.0.1', port },
    { vlan: 'lab', address: '127.0.0.1', port: other.address().port },
  ];
  const count = new KernelDropCount();
  t.strictSame([...(await count.read(sockets, 0)).bySocket.values()], [0, 0]);
  // We stand still while they are sent, so that nothing is read meanwhile.
  const flood = await openFlood('udp', port, Buffer.alloc(1000));
  t.teardown(() => flood.end());
  flood.round(50);
  const { byVlan } = await count.read(sockets, 10_000);
  t.ok((byVlan.get('kids') ?? 0) > 0, `${byVlan.get('kids')} of 50 were dropped`);
  t.equal(byVlan.get('lab'), 0);
});

t.test('buffers are asked for in sizes that the system may refuse', (t) => {
  const refusing = (limit: number) => {
    const asked: number[] = [];
    let granted = 9216;
    const take = (octets: number): void => {
      asked.push(octets);
      if (octets > limit) throw new Error('ENOBUFS');
      granted = octets;
    };
    return {
      asked,
      setRecvBufferSize: take,
      setSendBufferSize: take,
      getRecvBufferSize: () => granted,
      getSendBufferSize: () => granted,
    };
  };
  for (const [limit, granted, times] of [
    [Infinity, 4_194_304, 1],
    [2_097_152, 2_097_152, 2],
    [262_144, 262_144, 5],
    [65_535, 9216, 7],
  ] as const)
    for (const ask of [askReceiveBuffer, askSendBuffer]) {
      const socket = refusing(limit);
      t.equal(ask(socket), granted, `${limit}`);
      t.equal(socket.asked.length, times, `${limit}`);
    }
  t.end();
});

t.test('a receive buffer far below what was asked for is told with its cure', (t) => {
  t.equal(receiveBufferShortage(2 * ASKED_BUFFER_OCTETS, 'linux'), undefined);
  t.equal(receiveBufferShortage(2 * 1024 * 1024, 'openbsd'), undefined, 'the most that OpenBSD grants');
  for (const [platform, cure] of [
    ['linux', /receive buffers of 425984 octets .*; `sysctl -w net\.core\.rmem_max=4194304`/],
    ['openbsd', /kern\.maxclusters/],
    ['sunos', /limit of your system/],
  ] as const)
    t.match(receiveBufferShortage(425_984, platform), cure);
  t.end();
});
