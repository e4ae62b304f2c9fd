/** The parsers: every shape in which a tool prints, any file name, and no text at all that one of them throws on. */
import t from 'tap';
import type { Evidence } from '../../src/doctor/facts/evidence.ts';
import { redact } from '../../src/doctor/collect/redact.ts';
import { readEvidence } from '../../src/doctor/source-kinds.ts';
import { captureOf } from '../support/doctor-cases.ts';
import { mutate, seededRandom } from '../support/mutate.ts';

const CAPTURES = ['openbsd', 'linux', 'story'] as const;

/** Facts without the places where they were read. */
function bare(evidence: Evidence): string[] {
  return evidence.facts
    .map(({ ...fact }) =>
      JSON.stringify(fact, (key, value: unknown) => (key === 'source' || key === 'sample' ? '' : value)),
    )
    .toSorted();
}

t.test('a source is known by what is in it where its name says nothing', (t) => {
  // These cannot be told without their names: of three digits, of a bare word, of a line of our own.
  const named = /^(?:rcctl|upstream-reach|date|uname|ntpctl|vlandns|ip-route|hostname|.*-2\.)/;
  for (const name of CAPTURES) {
    const files = [...captureOf(name)].filter(([file]) => !named.test(file));
    const known = readEvidence(files.map(([file, text]) => ({ name: file, text })));
    const sniffed = readEvidence(files.map(([, text], index) => ({ name: `pasted ${index}`, text })));
    const withoutId = (facts: string[]): string[] => facts.map((fact) => fact.replace('"vmId":107,', ''));
    t.strictSame(withoutId(bare(sniffed)), withoutId(bare(known)), name);
    t.strictSame(sniffed.unread, []);
  }
  t.end();
});

t.test('many outputs pasted into one file are read one by one', (t) => {
  const capture = captureOf('openbsd');
  const text = ['ifconfig.txt', 'dmesg.txt', 'qm-config-107.txt', 'bridge-vlan.txt']
    .map((name) => `$ ${name}\n${capture.get(name)?.replace(/^\[[^]*/m, '') ?? ''}`)
    .join('\n');
  const evidence = readEvidence([{ name: 'everything', text: `root@host:~# qm config 107\n${text}` }]);
  t.equal(evidence.all('link').length, 5);
  t.equal(evidence.all('nic').length, 2);
  t.strictSame(
    evidence.all('vm nic').map(({ vmId, index }) => [vmId, index]),
    [
      [107, 0],
      [107, 1],
    ],
  );
  t.equal(evidence.all('port vlan').length, 6);
  t.end();
});

t.test('bridge vlan show is read in each of its shapes', (t) => {
  const table: readonly (readonly [
    string,
    string,
    readonly (readonly [string, number, number, boolean, boolean])[],
  ])[] = [
    [
      'new, with ranges',
      'port              vlan-id  \neno1              1 PVID Egress Untagged\n                  2-4094\n',
      [
        ['eno1', 1, 1, true, true],
        ['eno1', 2, 4094, false, false],
      ],
    ],
    [
      'old, with blank lines',
      'port    vlan ids\nswp0     1 PVID Egress Untagged\n\nbr0      10 PVID Egress Untagged\n         20\n',
      [
        ['swp0', 1, 1, true, true],
        ['br0', 10, 10, true, true],
        ['br0', 20, 20, false, false],
      ],
    ],
    ['a line that grep found', 'tap107i1    40 PVID Egress Untagged\n', [['tap107i1', 40, 40, true, true]]],
    ['a port without VLANs', 'port    vlan ids\nswp0    None\n        30\n', []],
  ];
  for (const [shape, text, expected] of table) {
    const facts = readEvidence([{ name: 'bridge-vlan.txt', text }]).all('port vlan');
    t.strictSame(
      facts.map(({ port, first, last, pvid, untagged }) => [port, first, last, pvid, untagged]),
      expected,
      shape,
    );
  }
  t.end();
});

t.test('an address, a device or a rule is read as its tool writes it', (t) => {
  const table: readonly (readonly [string, string, object])[] = [
    ['dmesg.txt', 'vio0 at virtio1: address 00:00:5e:00:53:01', { kind: 'nic', name: 'vio0' }],
    ['dmesg.txt', 'vio0 at virtio1: 4 queues, address 00:00:5e:00:53:01', { kind: 'nic', name: 'vio0' }],
    [
      'dmesg.txt',
      'em0 at pci0 dev 21 function 0 "Intel 82540EM" rev 0x03: apic 0 int 10, address 00:00:5e:00:53:03',
      { kind: 'nic', name: 'em0', mac: '00:00:5e:00:53:03' },
    ],
    ['dmesg.txt', 'virtio1: irq 5', { kind: 'interrupt mode', device: 'virtio1', mode: 'irq 5' }],
    [
      'dmesg.txt',
      'OpenBSD 7.8 (GENERIC.MP) #54: Sun Oct 12 12:55:29 MDT 2025',
      { kind: 'made', ms: Date.UTC(2025, 9, 12, 12, 55, 29) },
    ],
    ['date.txt', 'Sun Oct 12 06:00:00 UTC 2025', { kind: 'clock', ms: Date.UTC(2025, 9, 12, 6) }],
    [
      'vmstat.txt',
      'irq115/vio1:0                       2        0',
      { kind: 'interrupt count', device: 'vio1', vector: 0, count: 2 },
    ],
    [
      'vmstat.txt',
      'irq101/em0                       2231        1',
      { kind: 'interrupt count', device: 'em0', vector: undefined },
    ],
    [
      'netstat-in.txt',
      'vio1*   1500  <Link>      00:00:5e:00:53:28   7     0   8     0     0',
      { kind: 'frame count', interface: 'vio1', received: 7 },
    ],
    [
      'fstat.txt',
      '_unwind unwind 19822 7* internet6 dgram udp [::1]:53',
      { kind: 'socket', program: 'unwind', address: '::1', port: 53 },
    ],
    [
      'ss.txt',
      'udp UNCONN 0 0 *:53 *:*',
      { kind: 'socket', program: '?', address: '*', processId: undefined },
    ],
    ['ss.txt', 'udp UNCONN 0 0 [fe80::1]%eth0:53 [::]:*', { kind: 'socket', port: 53 }],
    ['resolv.conf', 'nameserver 192.0.2.1 # resolvd: vio0', { kind: 'resolver', address: '192.0.2.1' }],
    [
      'qm-config.txt',
      'net2: e1000e=00:00:5E:00:53:01,bridge=vmbr1,trunks=10;20',
      { kind: 'vm nic', model: 'e1000e', trunks: '10;20', vmId: undefined },
    ],
    [
      'qm-config.txt',
      'net0: model=virtio,macaddr=00:00:5E:00:53:01,bridge=vmbr1',
      { kind: 'vm nic', model: 'virtio', mac: '00:00:5e:00:53:01' },
    ],
    [
      'qm-config-20251118.txt',
      'net0: virtio=00:00:5E:00:53:01,bridge=vmbr1',
      { kind: 'vm nic', vmId: undefined },
    ],
    [
      'qm-config-20251118.txt',
      'root@pve:~# qm config 107\nnet0: virtio=00:00:5E:00:53:01,bridge=vmbr1',
      { kind: 'vm nic', vmId: 107 },
    ],
    [
      'bridge-link.txt',
      '7: tap107i1 state UNKNOWN : <BROADCAST,UP,LOWER_UP> mtu 1500 master vmbr1 state forwarding priority 32 cost 100',
      { kind: 'host port', port: 'tap107i1', master: 'vmbr1', up: true },
    ],
    ['vmbr1-vlan_filtering.txt', '1', { kind: 'vlan filtering', bridge: 'vmbr1', on: true }],
    [
      'upstream-reach.txt',
      'tls://192.0.2.1#dns.example: failed: ECONNREFUSED',
      { kind: 'reach', ok: false, reason: 'ECONNREFUSED' },
    ],
  ];
  for (const [name, text, expected] of table) {
    const [fact, ...more] = readEvidence([{ name, text: `${text}\n` }]).facts;
    t.match(fact, expected, text);
    t.strictSame(more, [], text);
  }
  t.end();
});

t.test('of pf.conf and rcctl what is meant is read, and nothing else', (t) => {
  const factsOf = (name: string, text: string) => readEvidence([{ name, text }]);
  const skips = factsOf('pf.conf', 'set skip on vio1\npass in quick on vio2\n');
  t.match(skips.facts, [{ kind: 'pf skip', names: ['vio1'] }]);
  t.equal(skips.facts.length, 1, 'rules of a file are not those in force');
  const rules = factsOf('pf.conf', 'block in all\npass in quick on vio2 inet from any to any\n');
  t.strictSame([rules.facts, rules.unread], [[], []]);
  t.match(factsOf('rcctl-failed.txt', 'unbound\n').facts, [
    { kind: 'service', name: 'unbound', state: 'failed' },
  ]);
  t.strictSame(
    factsOf('rcctl-on.txt', 'nameserver 192.0.2.1\n').facts,
    [],
    'a resolver is not looked for here',
  );
  t.end();
});

t.test('garbage, empty and cut files give nothing, and are named', (t) => {
  const texts = [
    '',
    '\n\n',
    'hello',
    '\u0000\u0001',
    '{',
    '[1, null, {"vlans": 3}]',
    '{"vlans": [null, 3, {"counters": []}]}',
    '=== 404 ===',
    'a'.repeat(100_000),
  ];
  const names = [...captureOf('openbsd').keys(), ...captureOf('linux').keys(), 'links.json', 'what is this'];
  for (const name of names)
    for (const text of texts) {
      const { facts, unread } = readEvidence([{ name, text }]);
      t.ok(facts.every(({ at }) => at.source === name));
      if (name === 'what is this') t.strictSame(unread, text.trim() === '' ? [] : [name]);
    }
  t.end();
});

t.test('secrets are taken out of what is collected, and nothing else is', (t) => {
  for (const [name, text, clean] of [
    [
      'hostname-if.txt',
      'nwid home wpakey "two words"\ninet 192.0.2.1',
      'nwid home wpakey (removed)\ninet 192.0.2.1',
    ],
    [
      'hostname-if.txt',
      'vhid 40 carpdev vio1 pass hush advskew 0',
      'vhid 40 carpdev vio1 pass (removed) advskew 0',
    ],
    ['qm-config-107.txt', 'cipassword: hush\nnet0: virtio=00', 'cipassword: (removed)\nnet0: virtio=00'],
    ['pfctl-sr.txt', 'pass in quick on vio1 all', 'pass in quick on vio1 all'],
    ['pf.conf', 'pass out', 'pass out'],
  ] as const)
    t.equal(redact(name, text), clean);
  t.end();
});

t.test('no mutation of a capture makes a parser throw', (t) => {
  const random = seededRandom(40);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let facts = 0;
  for (const capture of CAPTURES)
    for (const [name, text] of captureOf(capture)) {
      const bytes = encoder.encode(text);
      for (let round = 0; round < 60; round++) {
        // Half of them under a name that says nothing, so that the signs decide.
        const source = { name: round % 2 === 0 ? name : 'x', text: decoder.decode(mutate(bytes, random)) };
        facts += readEvidence([source]).facts.length;
      }
      for (let end = 0; end < text.length; end += Math.max(1, Math.floor(text.length / 20)))
        facts += readEvidence([{ name, text: text.slice(0, end) }]).facts.length;
    }
  t.ok(facts > 3000, `${facts} facts were read all the same`);
  t.end();
});
