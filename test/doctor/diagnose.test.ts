/** From findings to an answer: their order, what follows from what, what is said where nothing is found. */
import t from 'tap';
import { diagnosisText } from '../../src/cli/text/doctor-text.ts';
import { inOrder } from '../../src/doctor/diagnose.ts';
import { finders } from '../../src/doctor/finding-table.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { LAYERS, SURENESS } from '../../src/doctor/finding.ts';
import { notFaults, partsOf } from '../../src/doctor/looked-at.ts';
import { placeholdersOf } from '../../src/doctor/placeholders.ts';
import { readEvidence } from '../../src/doctor/source-kinds.ts';
import { nameOf, subjectsOf } from '../../src/doctor/questions/subject.ts';
import { captureOf, removeCases, filesOf, findIn } from '../support/doctor-cases.ts';
import { mutate, seededRandom } from '../support/mutate.ts';

t.teardown(removeCases);

t.test('of several faults the surest and lowest comes first, what follows from it behind it', (t) => {
  const files = filesOf({
    when: 'a bad evening',
    change: {
      // The children: the tap lacks the VLAN, so DHCP gave no address, and the daemon waits.
      'bridge-vlan.txt': [['40 PVID', '41 PVID']],
      'ifconfig.txt': [['\tinet 192.168.40.2 netmask 0xffffff00 broadcast 192.168.40.255\n', '']],
      'status.json': [
        ['"interface": "vio1",\n      "state": "serving"', '"interface": "vio1",\n      "state": "waiting"'],
        ['"queries": 1200,\n        "sourceMismatch": 0', '"queries": 1200,\n        "sourceMismatch": 3'],
        ['"state": "up"', '"state": "down"'],
      ],
      // The servers: DHCP gives another server beside ours. All: no way out.
      'export.rsc': [['dns-server=192.168.60.2', 'dns-server=192.168.60.2,203.0.113.53']],
      'route.txt': [['default            192.168.60.1       UGS       12    90211     -     8 vio0\n', '']],
      'upstream-reach.txt': [
        ['ok: 31 ms', 'failed: ENETUNREACH'],
        ['ok: 9 ms', 'failed: ENETUNREACH'],
      ],
    },
    finds: [],
  });
  t.strictSame(
    findIn(files).map(({ id, vlan, sure, because }) => [id, vlan, sure, because]),
    [
      ['tap-lacks-vlan', 'kids', 'certain', undefined],
      ['no-address', 'kids', 'certain', 'tap-lacks-vlan'],
      ['vlan-not-served', 'kids', 'certain', 'no-address'],
      ['no-default-route', undefined, 'certain', 'no-address'],
      ['upstream-unreachable', undefined, 'certain', 'no-default-route'],
      ['dhcp-other-dns', 'servers', 'likely', undefined],
      ['source-outside', 'servers', 'possible', undefined],
    ],
  );
  t.end();
});

t.test('the fault of one VLAN explains nothing of another', (t) => {
  const about = { layer: 'link', sure: 'certain', evidence: [], cure: [], prove: [], what: 'x' } as const;
  const findings: Finding[] = [
    { ...about, id: 'not-up', vlan: 'kids' },
    { ...about, id: 'no-address', layer: 'address', vlan: 'servers' },
    { ...about, id: 'vlan-not-served', layer: 'listener', vlan: 'kids' },
  ];
  t.strictSame(
    inOrder(findings).map(({ id, vlan, because }) => [id, vlan, because]),
    [
      ['not-up', 'kids', undefined],
      ['vlan-not-served', 'kids', 'not-up'],
      ['no-address', 'servers', undefined],
    ],
  );
  t.end();
});

t.test('what only may be so, or will be, explains nothing that is certain', (t) => {
  const about = { evidence: [], cure: [], prove: [], what: 'x', vlan: 'kids' } as const;
  const cause = { ...about, id: 'no-hostname-if', layer: 'link' } as const;
  const effect = { ...about, id: 'not-up', layer: 'link', sure: 'certain' } as const;
  for (const [one, because] of [
    [{ ...cause, sure: 'certain' }, 'no-hostname-if'],
    [{ ...cause, sure: 'certain', later: true }, undefined],
    [{ ...cause, sure: 'possible' }, undefined],
  ] as const)
    t.equal(inOrder([one, effect]).find(({ id }) => id === 'not-up')?.because, because);
  t.end();
});

t.test('whatever is found keeps its place in the order: none is lost, none comes twice', (t) => {
  const random = seededRandom(5);
  const ids = [
    'not-up',
    'no-address',
    'vlan-not-served',
    'tap-lacks-vlan',
    'clock-wrong',
    'upstream-unreachable',
    'host-link-down',
    'no-carrier',
    'queries-not-counted',
    'dhcp-other-dns',
    'port-held',
    'daemon-not-running',
  ];
  for (let round = 0; round < 300; round++) {
    const findings = Array.from({ length: 1 + random(9) }, (_, index): Finding => ({
      id: ids[random(ids.length)] ?? '',
      layer: LAYERS[random(LAYERS.length)] ?? 'link',
      sure: SURENESS[random(SURENESS.length)] ?? 'certain',
      vlan: [undefined, 'kids', 'servers'][random(3)],
      what: `${index}`,
      evidence: [],
      cure: [],
      prove: [],
    }));
    const ranked = inOrder(findings);
    t.strictSame(ranked.map(({ what }) => what).toSorted(), findings.map(({ what }) => what).toSorted());
    for (const [index, { because }] of ranked.entries())
      if (because !== undefined)
        t.ok(
          ranked.slice(0, index).some(({ id }) => id === because),
          'behind its cause',
        );
  }
  t.end();
});

t.test('where nothing is found it says what was looked at, what not, and how to get that', (t) => {
  const sources = [...captureOf('openbsd')]
    .filter(([name]) => name === 'ifconfig.txt')
    .map(([name, text]) => ({ name, text }));
  const evidence = readEvidence(sources);
  const subjects = subjectsOf(undefined, evidence);
  const vlans = subjects.map((one) => ({ name: nameOf(one), id: one.id, interface: one.interface }));
  t.strictSame(
    vlans.map(({ name }) => name),
    ['vio0', 'vio1'],
    'loopback and logs are no VLANs',
  );
  const text = diagnosisText({
    vlans,
    findings: [],
    notFaults: notFaults(evidence, []),
    parts: partsOf(evidence),
    notes: [],
  });
  t.match(text, /^vio0, vio1: no fault found in what could be looked at\n/);
  t.match(text, /looked at: interfaces and addresses\n/);
  t.match(text, /qm config <VMID> > qm-config-<VMID>\.txt\n/);
  t.match(text, /bridge -compressvlans vlan show > bridge-vlan\.txt\n/);
  t.match(text, /ssh admin@<ROUTER> \/export > export\.rsc\n/);
  t.notMatch(text, /ifconfig\.txt/);
  t.end();
});

t.test('the normal interrupt mode is told not to be a fault, beside findings about the link only', (t) => {
  const evidence = readEvidence([...captureOf('story')].map(([name, text]) => ({ name, text })));
  const findings = findIn(captureOf('story'));
  t.match(notFaults(evidence, findings), [
    { quote: { source: 'dmesg.txt', line: 3, text: 'virtio4: msix per-VQ' } },
  ]);
  t.strictSame(notFaults(evidence, []), []);
  t.end();
});

t.test('what a command leaves open is told how to find', (t) => {
  const [finding] = findIn(
    filesOf({
      when: 'nobody looked at the host',
      change: {
        'ifconfig.txt': [
          [
            'llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: active\n\tinet 192.168.40.2',
            'llprio 3\n\tmedia: Ethernet autoselect\n\tstatus: no carrier\n\tinet 192.168.40.2',
          ],
        ],
      },
      without: ['qm-config-107.txt', 'bridge-vlan.txt', 'ip-link.txt', 'vlan-filtering.txt'],
      finds: [],
    }),
  );
  t.ok(finding);
  const names = finding === undefined ? [] : placeholdersOf(finding).map(([name]) => name);
  t.strictSame(names, ['<VMID>', '<N>', '<BRIDGE>']);
  t.end();
});

t.test('no mutation of a capture makes a finding throw or say what it does not know', (t) => {
  const random = seededRandom(60);
  let found = 0;
  for (const capture of ['openbsd', 'linux', 'story']) {
    const sound = captureOf(capture);
    for (let round = 0; round < 150; round++) {
      const files = new Map(sound);
      for (const [name, text] of sound)
        if (name !== 'vlandns.yaml' && random(3) === 0)
          files.set(name, new TextDecoder().decode(mutate(new TextEncoder().encode(text), random)));
      for (const finding of findIn(files)) {
        found++;
        t.notMatch(JSON.stringify([finding.what, finding.cure]), /undefined|NaN|\[object/);
        t.ok(finding.evidence.length > 0);
      }
    }
  }
  t.ok(found > 100, `${found} findings in all`);
  t.end();
});

t.test('without a configuration, what is part of another interface is not asked for an address', (t) => {
  const names = (files: Record<string, string>): string[] => {
    const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
    return subjectsOf(undefined, readEvidence(sources)).map(nameOf);
  };
  const em = (number: number, more = ''): string =>
    `em${number}: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n${more}\tstatus: active\n`;
  t.strictSame(
    names({
      'ifconfig.txt': [
        em(0, '\ttrunk: trunkdev aggr0\n'),
        em(1),
        em(2),
        em(3, '\tinet 192.0.2.1 netmask 0xffffff00\n'),
        'aggr0: flags=8843<UP> mtu 1500\n\ttrunk: trunkproto lacp\n\ttrunkport em0 active,collecting,distributing\n\tstatus: active\n',
        'pppoe0: flags=8851<UP,RUNNING> mtu 1492\n\tdev: em1 state: session\n\tinet 198.51.100.7 --> 198.51.100.1 netmask 0xffffffff\n',
        'veb0: flags=8843<UP,RUNNING> mtu 1500\n\tgroups: veb\n\tem2 flags=3<LEARNING,DISCOVER>\n',
      ].join(''),
    }),
    ['em3', 'aggr0'],
  );
  t.strictSame(
    names({
      'ifconfig-em.txt': em(0) + em(1) + em(2) + em(3, '\tinet6 fe80::3%em3 prefixlen 64 scopeid 0x4\n'),
      'ifconfig-trunk0.txt':
        'trunk0: flags=8843<UP> mtu 1500\n\ttrunk: trunkproto failover\n\t\ttrunkport em0 master,active\n\t\ttrunkport em1\n\tstatus: active\n\tinet 192.0.2.1 netmask 0xffffff00\n',
      'ifconfig-bridge0.txt':
        'bridge0: flags=41<UP,RUNNING>\n\tgroups: bridge\n\tem2 flags=3<LEARNING,DISCOVER>\n\t\tport 3 ifpriority 0 ifcost 0\n',
      'ifconfig-veb0.txt':
        'veb0: flags=8843<UP,RUNNING>\n\tgroups: veb\n\tvport0 flags=3<LEARNING,DISCOVER>\n\t\tport 9 ifpriority 0 ifcost 0\n',
      'ifconfig-vport0.txt':
        'vport0: flags=8843<UP,BROADCAST,RUNNING> mtu 1500\n\tgroups: vport\n\tinet 198.51.100.1 netmask 0xffffff00\n',
      'ifconfig-vlan40.txt':
        'vlan40: flags=8843<UP,BROADCAST,RUNNING> mtu 1500\n\tencap: vnetid 40 parent em3 txprio packet rxprio outer\n\tstatus: active\n\tinet 203.0.113.1 netmask 0xffffff00\n',
    }),
    ['trunk0', 'vport0', 'vlan40'],
    'each in a file of its own, a port that has an address, and a parent with a link-local one',
  );
  t.strictSame(
    names({ 'ifconfig-em0.txt': em(0, '\ttrunk: trunkdev trunk0\n') }),
    [],
    'its trunk was not shown',
  );
  const ip = (number: number, name: string, rest: string): string =>
    `${number}: ${name}: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc mq ${rest}state UP\n`;
  t.strictSame(
    names({
      'ip-addr.txt': [
        ip(2, 'eno1', 'master bond0 '),
        ip(3, 'bond0', ''),
        ip(4, 'br-0123456789ab', ''),
        ip(5, 'br-lan', ''),
        ip(6, 'tailscale0', ''),
        `${ip(7, 'eth7', 'master vrf-blue ')}    vrf_slave table 10\n`,
      ].join(''),
    }),
    ['bond0', 'br-lan', 'eth7'],
  );
  t.end();
});

t.test('an empty scene gives nothing', (t) => {
  const scene = { evidence: readEvidence([]), subjects: [], config: undefined };
  for (const find of finders) t.strictSame(find(scene), []);
  t.end();
});
