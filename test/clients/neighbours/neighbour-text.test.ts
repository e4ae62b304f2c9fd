// What ip neigh, arp -an and ndp -an print of neighbours, on Linux and OpenBSD.
import t from 'tap';
import { toNeighbours } from '../../../src/clients/neighbours/neighbour-text.ts';
import { makeRandom } from '../../support/rule-model.ts';

const IP_NEIGH = `192.0.2.7 dev eth0.40 lladdr 00:00:5e:00:53:07 REACHABLE
192.0.2.8 dev eth0.40 lladdr 00:00:5e:00:53:08 used 0/0/0 probes 1 STALE
192.0.2.9 dev eth0.40  FAILED
192.0.2.10 dev eth0.40 INCOMPLETE
192.0.2.11 dev eth0.40 lladdr 00:00:5e:00:53:11 FAILED
fe80::7 dev eth0.40 lladdr 00:00:5e:00:53:07 router DELAY
2001:db8::7 dev br-kids lladdr 00:00:5e:00:53:07 extern_learn PERMANENT
224.0.0.251 dev eth0.40 lladdr 01:00:5e:00:00:fb NOARP
`;

const ARP_LINUX = `? (192.0.2.7) at 00:00:5e:00:53:07 [ether] on eth0
? (192.0.2.8) at <incomplete> on eth0
gateway (192.0.2.1) at 00:00:5e:00:53:01 [ether] PERM on eth0
`;

const ARP_OPENBSD = `Host                                 Ethernet Address    Netif Expire    Flags
192.0.2.1                            00:00:5e:00:53:01     em0 permanent l
192.0.2.7                            00:00:5e:00:53:07     em0 19m58s
192.0.2.8                            (incomplete)          em0 expired
192.0.2.9                            00:00:5e:00:53:09     em0 expired
192.0.2.255                          ff:ff:ff:ff:ff:ff     em0 permanent
`;

const NDP_OPENBSD = `Neighbor                                Linklayer Address   Netif Expire    S Flags
2001:db8::7                             00:00:5e:00:53:07     em0 23h59m58s S
2001:db8::8                             00:00:5e:00:53:08     em0 12s       R
2001:db8::9                             (incomplete)          em0 1s        I
fe80::7%em0                             0:0:5e:0:53:7         em0 5s        R R
fe80::1%em0                             00:00:5e:00:53:01     em0 permanent R l
`;

t.test('each tool is read', (t) => {
  for (const [tool, text, found] of [
    [
      'ip neigh',
      IP_NEIGH,
      [
        '192.0.2.7 00:00:5e:00:53:07 eth0.40 fresh',
        '192.0.2.8 00:00:5e:00:53:08 eth0.40',
        'fe80::7 00:00:5e:00:53:07 eth0.40',
        '2001:db8::7 00:00:5e:00:53:07 br-kids fresh',
      ],
    ],
    [
      'arp -an of net-tools',
      ARP_LINUX,
      ['192.0.2.7 00:00:5e:00:53:07 eth0', '192.0.2.1 00:00:5e:00:53:01 eth0'],
    ],
    ['arp -an of OpenBSD', ARP_OPENBSD, ['192.0.2.7 00:00:5e:00:53:07 em0']],
    [
      'ndp -an of OpenBSD',
      NDP_OPENBSD,
      [
        '2001:db8::7 00:00:5e:00:53:07 em0',
        '2001:db8::8 00:00:5e:00:53:08 em0 fresh',
        'fe80::7 00:00:5e:00:53:07 em0 fresh',
      ],
    ],
    [
      'arp -an of FreeBSD',
      '? (192.0.2.7) at 00:00:5e:00:53:07 on em0 expires in 1190 seconds [ethernet]\n',
      ['192.0.2.7 00:00:5e:00:53:07 em0'],
    ],
    ['an error', 'ip: cannot open netlink socket\n', []],
  ] as const)
    t.strictSame(
      toNeighbours(text).map(({ address, mac, link, isFresh }) =>
        [address, mac, link, ...(isFresh ? ['fresh'] : [])].join(' '),
      ),
      found,
      tool,
    );
  t.end();
});

t.test('a table that is cut, or garbled, is no reason to throw', (t) => {
  const random = makeRandom(13);
  const text = IP_NEIGH + ARP_LINUX + ARP_OPENBSD + NDP_OPENBSD;
  for (let length = 0; length < text.length; length++) toNeighbours(text.slice(0, length));
  for (let round = 0; round < 2000; round++) {
    const at = random(text.length);
    const one = toNeighbours(`${text.slice(0, at)}${String.fromCharCode(random(256))}${text.slice(at + 1)}`);
    if (one.length < 8) t.fail(`${one.length} neighbours with another octet at ${at}`);
  }
  t.end();
});
