import type { FindingCase } from '../../support/doctor-cases.ts';

const PASS_KIDS_UDP = 'pass in quick on vio1 inet proto udp from any to 192.168.40.2 port = 53\n';
const PASS_KIDS_TCP = 'pass in quick on vio1 inet proto tcp from any to 192.168.40.2 port = 53 flags S/SA\n';

export const cases: readonly FindingCase[] = [
  {
    when: 'nothing lets the children in',
    change: {
      'pfctl-sr.txt': [
        [PASS_KIDS_UDP, ''],
        [PASS_KIDS_TCP, ''],
      ],
    },
    finds: [
      {
        id: 'pf-blocks',
        sure: 'certain',
        vlan: 'kids',
        what: /^pf blocks udp and tcp to 192\.168\.40\.2 port 53 on vio1$/,
        cure: [
          /pass in quick on vio1 inet proto \{ udp tcp \} to 192\.168\.40\.2 port 53/,
          /^pfctl -nf \/etc\/pf\.conf && pfctl -f \/etc\/pf\.conf$/,
        ],
        prove: /dig @192\.168\.40\.2 localhost/,
        evidence: ['pfctl-sr.txt:1'],
      },
    ],
  },
  {
    when: 'only TCP is blocked, later and with a name for the port',
    change: {
      'pfctl-sr.txt': [[PASS_KIDS_TCP, 'block drop in on vio1 proto tcp from any to any port = domain\n']],
    },
    finds: [{ id: 'pf-blocks', what: /^pf blocks tcp to 192\.168\.40\.2/, evidence: ['pfctl-sr.txt:6'] }],
  },
  {
    when: 'a table may let them in before: not certain',
    change: {
      'pfctl-sr.txt': [
        [PASS_KIDS_UDP, 'pass in quick on vio1 inet from <friends> to any\n'],
        [PASS_KIDS_TCP, ''],
      ],
    },
    finds: [{ id: 'pf-blocks', sure: 'possible' }],
  },
  {
    when: 'the rule is for clients of another network',
    change: {
      'pfctl-sr.txt': [
        ['from (vio0:network) to 192.168.60.2 port = 53', 'from 192.168.61.0/24 to 192.168.60.2 port = 53'],
      ],
    },
    finds: [{ id: 'pf-blocks', vlan: 'servers', evidence: ['pfctl-sr.txt:1'] }],
  },
  {
    when: 'pf is off',
    change: { 'pfctl-sr.txt': [[PASS_KIDS_UDP, '']], 'pfctl-si.txt': [['Enabled', 'Disabled']] },
    finds: [],
  },
  {
    when: 'a group and another interface are blocked, and port 5353',
    change: {
      'pfctl-sr.txt': [
        [
          PASS_KIDS_UDP,
          `${PASS_KIDS_UDP}block drop in quick on wg proto udp from any to any port = 53\nblock drop in quick on vio1 proto udp from any to any port 5300:5400\nblock drop in quick on ! vio1 inet proto udp from any to 192.168.40.2\n`,
        ],
      ],
    },
    finds: [],
  },
  {
    when: 'the rules come with their counters, as pfctl -vvsr prints them',
    add: {
      'pfctl-sr.txt':
        '@0 pass all flags S/SA\n  [ Evaluations: 123       Packets: 4         Bytes: 320         States: 0     ]\n',
    },
    finds: [],
  },
  {
    when: 'a rule blocks in the braces of an anchor, which is for another interface',
    change: {
      'pfctl-sr.txt': [
        [
          PASS_KIDS_UDP,
          `anchor on vio9 all {\n  block return in quick proto udp from any to any port = 53\n}\n${PASS_KIDS_UDP}`,
        ],
      ],
    },
    finds: [],
  },
  {
    when: 'the interface is skipped',
    change: { 'pfctl-sr.txt': [[PASS_KIDS_UDP, '']] },
    add: { 'pfctl-interfaces.txt': 'all\nvio\nvio1 (skip)\n' },
    finds: [],
  },
  {
    when: 'pf.conf skips a macro, which may be it',
    change: { 'pfctl-sr.txt': [[PASS_KIDS_UDP, '']] },
    add: { 'pf.conf': 'lan = "vio1"\nset skip on { lo $lan }\nblock all\n' },
    finds: [],
  },
  {
    when: 'another interface is skipped',
    change: { 'pfctl-sr.txt': [[PASS_KIDS_UDP, '']] },
    add: { 'pf.conf': 'set skip on lo\n' },
    finds: [{ id: 'pf-blocks', sure: 'certain' }],
  },
  {
    when: 'the group of the interface is let in by its addresses',
    change: {
      'pfctl-sr.txt': [
        [
          'pass in on vio0 inet proto udp from (vio0:network) to 192.168.60.2 port = 53',
          'pass in on egress inet proto udp from any to (egress) port 22:53',
        ],
      ],
    },
    finds: [],
  },
  ...(['pass', 'block'] as const).map((action): FindingCase => ({
    when: `packets for a carp(4) come in on what it lies on: ${action}`,
    change: {
      'vlandns.yaml': [['interface: vio1', 'interface: carp40']],
      'pfctl-sr.txt': [
        [
          'to ! (vio1) port = 53 rdr-to (vio1:0) port 53',
          'to ! (carp40) port = 53 rdr-to (carp40:0) port 53',
        ],
        [PASS_KIDS_UDP, `${action} in quick on vio1 inet proto udp from any to 192.168.40.7 port = 53\n`],
        [
          PASS_KIDS_TCP,
          `${action} in quick on vio1 inet proto tcp from any to 192.168.40.7 port = 53\nblock return in quick on carp40 all\n`,
        ],
      ],
    },
    add: {
      'ifconfig-carp.txt':
        'carp40: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n\tlladdr 00:00:5e:00:01:28\n\tcarp: MASTER carpdev vio1 vhid 40 advbase 1 advskew 0\n\tgroups: carp\n\tstatus: master\n\tinet 192.168.40.7 netmask 0xffffff00\n',
      'hostname.carp40': 'inet 192.168.40.7/24 vhid 40 carpdev vio1\n',
    },
    without: ['status.json', 'export.rsc'],
    finds:
      action === 'pass'
        ? []
        : [
            {
              id: 'pf-blocks',
              what: /to 192\.168\.40\.7 port 53 on vio1$/,
              cure: [/pass in quick on vio1 inet /],
            },
          ],
  })),
];
