// Clients by MAC, files of leases and zones of their names: what is read, and what is told of those that will not do.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { configOf, faultLines } from '../reading.ts';

const MAC = '00:00:5e:00:53:01';

/** A VLAN with these clients or other keys, which are written in lines of their own from line 6 on. */
const vlan = (...lines: string[]): string =>
  `policies: { open: {}, kids: {} }
vlans:
  kids:
    interface: em0
    policy: kids
${lines.map((line) => `    ${line}`).join('\n')}
  parents: { interface: em1, policy: open }
`;

t.test('what will not do is told where it stands, with what to write instead', (t) => {
  const table: [what: string, text: string, faults: (string | RegExp)[]][] = [
    ['a MAC', vlan(`clients: [{ mac: ${MAC}, policy: open }]`), []],
    [
      'several, in any form',
      vlan('clients: [{ mac: [0000.5e00.5301, 00-00-5E-00-53-02], policy: open }]'),
      [],
    ],
    [
      'a MAC that is none',
      vlan('clients:', '  - { mac: 00:00:5e:00:53, policy: open }'),
      [
        '7:16: error: vlans.kids.clients[0].mac: "00:00:5e:00:53" is not a hardware address (MAC); write one such as 00:00:5e:00:53:01',
      ],
    ],
    [
      'a MAC of a group',
      vlan('clients:', '  - { mac: 01:00:5e:00:53:01, policy: open }'),
      [
        /^7:16: error: vlans\.kids\.clients\[0\]\.mac: 01:00:5e:00:53:01 is the address of a group .*; write one such as/,
      ],
    ],
    [
      'zeros',
      vlan('clients:', '  - { mac: 00:00:00:00:00:00, policy: open }'),
      [/^7:16: error: .*00:00:00:00:00:00 is the address of no device; write one such as/],
    ],
    [
      'a number',
      vlan('clients:', '  - { mac: 112233445566, policy: open }'),
      [
        /^7:16: error: vlans\.kids\.clients\[0\]\.mac: is the number 112233445566; write .*put quotes round it/,
      ],
    ],
    [
      'a MAC twice in one VLAN, in two forms',
      vlan('clients:', `  - { mac: ${MAC}, policy: open }`, `  - { mac: 0000.5e00.5301, policy: open }`),
      [
        '8:16: error: vlans.kids.clients[1].mac: 00:00:5e:00:53:01 is a client in line 7 already; keep one of them',
      ],
    ],
    [
      'a private MAC',
      vlan('clients:', '  - { mac: 02:00:5e:00:53:01, policy: open }'),
      [
        /^7:16: warning: .*02:00:5e:00:53:01 is a private address, which the device makes up .*and may change: /,
      ],
    ],
    [
      'a client by nothing',
      vlan('clients:', '  - { name: laptop, policy: open }'),
      [/^7:9: error: vlans\.kids\.clients\[0\]: is known by nothing; write address: .*, or mac: 00:00:5e/],
    ],
    [
      'a policy that is none',
      vlan('clients:', `  - { mac: ${MAC}, policy: nobody }`),
      [/^7:43: error: vlans\.kids\.clients\[0\]\.policy: there is no policy "nobody"; /],
    ],
    [
      'a zone, shown to a VLAN that is none',
      vlan('local_names: { zone: kids.home.arpa, show_to: [parents, nobody] }'),
      [/^6:61: error: vlans\.kids\.local_names\.show_to\[1\]: there is no VLAN "nobody"; /],
    ],
    [
      'a zone that is no name',
      vlan('local_names: "a b"'),
      [/^6:18: error: vlans\.kids\.local_names\.zone: .*"a b".*write /],
    ],
    [
      'a file of leases that is not there, and one twice',
      vlan('id: 4') +
        'leases:\n  - nothing.leases\n  - { file: nothing.leases, format: isc }\n  - { file: x, format: dhcp }\n',
      [
        /^9:5: warning: leases\[0\]\.file: file not found: .*nothing\.leases; write the path/,
        /^10:13: error: leases\[1\]\.file: .*nothing\.leases stands in line 9 already; keep one of them/,
        /^11:24: error: leases\[2\]\.format: "dhcp" will not do; write "dhcpd" /,
        /^11:13: warning: leases\[2\]\.file: file not found/,
      ],
    ],
  ];
  const folder = t.testdir({});
  for (const [what, text, faults] of table) {
    const told = faultLines(folder, text);
    t.equal(told.length, faults.length, `${what}: ${told.join('\n')}`);
    for (const fault of faults)
      t.ok(
        told.some((line) => (typeof fault === 'string' ? line === fault : fault.test(line))),
        `${what}: ${String(fault)} in ${told.join('\n')}`,
      );
  }
  t.end();
});

t.test('a client may have addresses and MACs, and is then known over both families', (t) => {
  const folder = t.testdir({});
  writeFileSync(join(folder, 'leases'), '');
  const text =
    vlan(
      'subnets: [192.0.2.0/24, "2001:db8::/64"]',
      `clients: [{ name: tv, address: 192.0.2.7, mac: [${MAC}, 00:00:5e:00:53:02], policy: open }]`,
      'local_names: kids.home.arpa',
    ) + 'leases: [leases]\n';
  const config = configOf(folder, text);
  t.match(config.vlans[0], {
    clients: [{ name: 'tv', prefix: { text: '192.0.2.7/32' }, policy: 'open' }],
    devices: [
      { name: 'tv', mac: MAC, policy: 'open' },
      { name: 'tv', mac: '00:00:5e:00:53:02', policy: 'open' },
    ],
    localNames: { zone: 'kids.home.arpa', showTo: [] },
  });
  t.match(config.leases, [{ file: join(folder, 'leases'), format: 'auto' }]);
  t.strictSame(faultLines(folder, text), [], 'that it has no address of IPv6 is not worth a remark');
  t.end();
});
