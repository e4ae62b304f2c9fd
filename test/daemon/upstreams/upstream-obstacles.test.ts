// Upstreams that this machine cannot ask: told before anybody asks, and when it turns out.
import type { NetworkInterfaceInfo } from 'node:os';
import t from 'tap';
import { readConfig } from '../../../src/config/reader.ts';
import { familyWarnings, ObstacleLog } from '../../../src/daemon/upstreams/upstream-obstacles.ts';
import { lackedFamily, obstacleText } from '../../../src/upstream/obstacle.ts';

function addresses(...texts: string[]): Record<string, NetworkInterfaceInfo[]> {
  const infos = texts.map((address): NetworkInterfaceInfo => {
    const internal = address === '127.0.0.1' || address === '::1';
    const rest = { address, netmask: '', mac: '', internal, cidr: null };
    return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' };
  });
  return { em0: infos };
}

const BOTH = addresses('127.0.0.1', '::1', '192.0.2.7', 'fe80::7', '2001:db8::7');
const ONLY_V4 = addresses('127.0.0.1', '192.0.2.7');
const V4_AND_LINK_LOCAL = addresses('127.0.0.1', '::1', '192.0.2.7', 'fe80::7');
const ONLY_V6 = addresses('127.0.0.1', '::1', '2001:db8::7');
const ONLY_LOOPBACK = addresses('127.0.0.1', '::1');

t.test('an upstream whose family has no address here is told, and no other', (t) => {
  const table: [address: string, interfaces: typeof BOTH, lacked: string | undefined][] = [
    ['2001:db8::53', BOTH, undefined],
    ['2001:db8::53', ONLY_V4, 'IPv6'],
    ['2001:db8::53', V4_AND_LINK_LOCAL, 'IPv6'],
    ['2001:db8::53', ONLY_LOOPBACK, undefined],
    ['192.0.2.53', BOTH, undefined],
    ['192.0.2.53', ONLY_V4, undefined],
    ['192.0.2.53', ONLY_V6, 'IPv4'],
    ['192.0.2.53', ONLY_LOOPBACK, undefined],
    ['fe80::53%em0', V4_AND_LINK_LOCAL, undefined],
    ['fe80::53%em0', ONLY_V4, 'IPv6'],
    ['::1', V4_AND_LINK_LOCAL, undefined],
    ['::1', ONLY_V4, 'IPv6'],
    ['127.0.0.1', ONLY_V6, undefined],
    ['fd00:40::53', addresses('192.0.2.7', 'fd00:40::7'), undefined],
  ];
  for (const [address, interfaces, lacked] of table)
    t.equal(
      lackedFamily(address, interfaces),
      lacked,
      `${address} from ${JSON.stringify(Object.keys(interfaces))}`,
    );
  t.end();
});

t.test('a configuration is warned of them at the place where they stand', (t) => {
  const folder = t.testdir({
    'vlandns.yaml': `vlans: { lan: { interface: em0, policy: open } }
policies: { open: {} }
upstreams:
  default: [192.0.2.53, "tls://[2001:db8::53]#dns.example", system]
`,
  });
  const { config } = readConfig(`${folder}/vlandns.yaml`);
  t.match(config && familyWarnings(config, ONLY_V4), [
    {
      at: { line: 4, column: 25 },
      message:
        /^upstreams\.default: tls:\/\/\[2001:db8::53\]#dns\.example cannot be asked: this machine has no IPv6 address/,
    },
  ]);
  t.strictSame(config && familyWarnings(config, BOTH), []);
  t.end();
});

t.test('what the system says is told in words, and with its code', (t) => {
  for (const code of ['EMFILE', 'ENETUNREACH', 'EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL', 'EPERM'])
    t.match(obstacleText(code), new RegExp(`^[a-z].* \\(${code}\\)$`));
  t.equal(obstacleText('EWHATEVER'), 'EWHATEVER');
  t.end();
});

t.test('the log has each upstream now and then, with how often, and when it is over', (t) => {
  const told: object[] = [];
  const add = (event: object): void => void told.push(event);
  let nowMs = 0;
  const obstacles = new ObstacleLog({ info: add, warn: add, error: add }, () => nowMs);
  for (nowMs = 0; nowMs < 90_000; nowMs += 100) {
    obstacles.changed('default', 'udp://[2001:db8::53]:53', 'ENETUNREACH');
    obstacles.changed('default', 'udp://[2001:db8::53]:53', undefined);
  }
  t.strictSame(told, [
    {
      event: 'upstream_cannot_be_asked',
      set: 'default',
      server: 'udp://[2001:db8::53]:53',
      code: 'ENETUNREACH',
      times: 1,
    },
    { event: 'upstream_can_be_asked', set: 'default', server: 'udp://[2001:db8::53]:53' },
    {
      event: 'upstream_cannot_be_asked',
      set: 'default',
      server: 'udp://[2001:db8::53]:53',
      code: 'ENETUNREACH',
      times: 600,
    },
    { event: 'upstream_can_be_asked', set: 'default', server: 'udp://[2001:db8::53]:53' },
  ]);
  t.end();
});
