import { captureOf } from '../../support/doctor-cases.ts';
import type { FindingCase } from '../../support/doctor-cases.ts';

/** All but the outputs of the host. */
const GUEST = [...captureOf('openbsd').keys()].filter(
  (name) => !/^(?:qm-config|bridge|ip-link|vlan-filtering)/.test(name),
);

export const cases: readonly FindingCase[] = [
  {
    when: 'the tap is in another VLAN',
    change: { 'bridge-vlan.txt': [['tap107i1          40 PVID', 'tap107i1          41 PVID']] },
    finds: [
      {
        id: 'tap-lacks-vlan',
        sure: 'certain',
        vlan: 'kids',
        what: /^tap107i1 is not in VLAN 40/,
        cure: [/^bridge vlan add dev tap107i1 vid 40 pvid untagged$/],
        prove: /bridge vlan show dev tap107i1/,
        evidence: ['qm-config-107.txt:7', 'bridge-vlan.txt:7'],
      },
    ],
  },
  {
    when: 'it is an older iproute2, with blank lines between the ports',
    add: {
      'bridge-vlan.txt':
        'port    vlan ids\neno1     1 PVID Egress Untagged\n         2-4094\n\ntap107i1         1 PVID Egress Untagged\n\n',
    },
    finds: [{ id: 'tap-lacks-vlan', evidence: ['bridge-vlan.txt:5'] }],
  },
  {
    when: 'with the firewall it is fwpr that has to be in the VLAN, and the tap in fwbr shows VLAN 1',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,firewall=1,tag=40']],
      'bridge-vlan.txt': [
        [
          'tap107i1          40 PVID Egress Untagged',
          'tap107i1          1 PVID Egress Untagged\nfwln107i1         1 PVID Egress Untagged\nfwpr107p1         40 PVID Egress Untagged',
        ],
      ],
    },
    without: ['ip-link.txt'],
    finds: [],
  },
  {
    when: 'the same, and fwpr is not',
    change: {
      'qm-config-107.txt': [['bridge=vmbr1,tag=40', 'bridge=vmbr1,firewall=1,tag=40']],
      'bridge-vlan.txt': [
        [
          'tap107i1          40 PVID Egress Untagged',
          'tap107i1          40 PVID Egress Untagged\nfwpr107p1         1 PVID Egress Untagged',
        ],
      ],
    },
    without: ['ip-link.txt'],
    finds: [{ id: 'tap-lacks-vlan', what: /^fwpr107p1 is not in VLAN 40/ }],
  },
  {
    when: 'only the host was looked at: its cards with a tag are what there is',
    change: { 'bridge-vlan.txt': [['tap107i1          40 PVID', 'tap107i1          41 PVID']] },
    without: GUEST,
    finds: [{ id: 'tap-lacks-vlan', cure: [/^bridge vlan add dev tap107i1 vid 40 pvid untagged$/] }],
  },
  { when: 'only the host was looked at, and it is sound', without: GUEST, finds: [] },
];
