// From evidence to findings in the order in which they are worth reading: the surest and lowest first, each followed by its
// consequences, which are marked as such.

import type { Finding, Scene } from './finding.ts';
import { LAYERS, SURENESS } from './finding.ts';
import { finders } from './finding-table.ts';

/** A finding in its place. */
export interface Ranked extends Finding {
  /** The id of the finding that explains this one; undefined for what stands by itself. */
  readonly because: string | undefined;
}

/**
 * What each finding explains, where both are about the same VLAN or one is about all. Written out, since the order of the
 * layers is not enough: a tap without its VLAN costs no interface its carrier.
 */
const EXPLAINS: Readonly<Record<string, readonly string[]>> = {
  'router-lacks-vlan': ['queries-not-counted', 'no-address'],
  'router-port-not-tagged': ['queries-not-counted', 'no-address'],
  'router-bridge-not-tagged': ['queries-not-counted', 'no-address'],
  'router-pvid-strips': ['queries-not-counted', 'no-address'],
  'uplink-lacks-vlan': ['queries-not-counted', 'no-address'],
  'uplink-untags': ['queries-not-counted', 'no-address'],
  'vlan-filtering-off': ['tap-lacks-vlan', 'tap-wrong-pvid', 'queries-not-counted', 'no-address'],
  'trunks-need-filtering': ['tap-absent', 'no-carrier', 'queries-not-counted', 'no-address'],
  'tap-absent': ['no-carrier', 'tap-lacks-vlan', 'queries-not-counted', 'no-address'],
  'tap-not-in-bridge': [
    'no-carrier',
    'tap-lacks-vlan',
    'tap-wrong-pvid',
    'queries-not-counted',
    'no-address',
  ],
  'tap-down': ['no-carrier', 'queries-not-counted', 'no-address'],
  'firewall-bridge': ['tap-lacks-vlan', 'queries-not-counted', 'no-address'],
  'host-firewall-blocks-dns': ['queries-not-counted'],
  'tap-lacks-vlan': ['queries-not-counted', 'no-address'],
  'tap-wrong-pvid': ['queries-not-counted', 'no-address'],
  'tap-tagged-egress': ['queries-not-counted', 'no-address'],
  'trunks-lack-vlan': ['queries-not-counted', 'no-address'],
  'wrong-tag': [
    'source-outside',
    'subnets-miss-interface',
    'queries-not-counted',
    'no-address',
    'dhcp-other-dns',
  ],
  'card-without-tag': ['source-outside', 'subnets-miss-interface', 'queries-not-counted', 'no-address'],
  'double-tagging': ['queries-not-counted', 'no-address'],
  'host-link-down': ['no-carrier', 'no-address', 'vlan-not-served', 'queries-not-counted'],
  'interface-absent': ['vlan-not-served', 'queries-not-counted'],
  'driver-trouble': ['no-carrier', 'driver-no-carrier', 'not-running', 'vlan-not-served'],
  'driver-no-carrier': ['no-address', 'vlan-not-served'],
  'hostname-if-old-name': ['interface-absent', 'not-up', 'no-address', 'vlan-not-served'],
  'no-hostname-if': ['not-up', 'no-address', 'vlan-not-served'],
  'not-up': [
    'no-address',
    'vlan-not-served',
    'queries-not-counted',
    'upstream-unreachable',
    'no-default-route',
  ],
  'not-running': ['no-address', 'vlan-not-served', 'queries-not-counted'],
  'no-carrier': ['no-address', 'vlan-not-served', 'queries-not-counted'],
  'no-address': ['vlan-not-served', 'queries-not-counted', 'no-default-route'],
  'address-duplicated': ['vlan-not-served'],
  'address-tentative': ['vlan-not-served'],
  'listen-nowhere': ['vlan-not-served', 'queries-not-counted'],
  'prefix-too-long': ['source-outside', 'queries-not-counted'],
  'subnets-miss-interface': ['source-outside'],
  'dhcp-other-dns': ['queries-not-counted'],
  'pf-blocks': ['queries-not-counted'],
  'pf-redirects': ['queries-not-counted'],
  'netfilter-blocks': ['queries-not-counted'],
  'netfilter-redirects': ['queries-not-counted'],
  'port-held': ['vlan-not-served', 'queries-not-counted'],
  'local-resolver': ['vlan-not-served', 'queries-not-counted'],
  'daemon-not-running': ['udp-no-socket', 'queries-not-counted'],
  'daemon-hung': ['kernel-drops', 'queries-not-counted', 'vlan-not-served'],
  'clock-wrong': ['certificate-refused', 'upstream-unreachable', 'list-not-fetched'],
  'certificate-refused': ['upstream-unreachable'],
  'no-default-route': ['upstream-unreachable', 'list-not-fetched'],
  'upstream-unreachable': ['list-not-fetched'],
};

/** Finds everything, in order. */
export function diagnose(scene: Scene): Ranked[] {
  return inOrder(distinct(finders.flatMap((find) => find(scene))));
}

// Two VLANs over one parent, or two addresses on one port, may give the same finding twice.
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((finding) => [`${finding.id} ${finding.vlan ?? ''} ${finding.what}`, finding]),
  );
  return [...seen.values()];
}

/** Puts findings into their order, each consequence behind what explains it. */
export function inOrder(findings: readonly Finding[]): Ranked[] {
  const sorted = findings.toSorted(compare);
  const ranked: Ranked[] = [];
  const place = (finding: Finding, because: string | undefined): void => {
    if (ranked.some((one) => one.id === finding.id && one.what === finding.what && one.vlan === finding.vlan))
      return;
    ranked.push({ ...finding, because });
    for (const other of sorted) if (causeOf(other, sorted) === finding) place(other, finding.id);
  };
  for (const finding of sorted) if (causeOf(finding, sorted) === undefined) place(finding, undefined);
  return ranked;
}

// The lowest finding that explains it. One that is only possible, or true after the next boot, explains nothing of now.
function causeOf(finding: Finding, sorted: readonly Finding[]): Finding | undefined {
  return sorted.find(
    (other) =>
      other !== finding &&
      other.later !== true &&
      (other.sure !== 'possible' || finding.sure === 'possible') &&
      EXPLAINS[other.id]?.includes(finding.id) === true &&
      (other.vlan === undefined || finding.vlan === undefined || other.vlan === finding.vlan) &&
      (other.vlan !== undefined ||
        finding.vlan !== undefined ||
        other.interface === undefined ||
        finding.interface === undefined ||
        other.interface === finding.interface),
  );
}

function compare(a: Finding, b: Finding): number {
  return (
    Number(a.later === true) - Number(b.later === true) ||
    SURENESS.indexOf(a.sure) - SURENESS.indexOf(b.sure) ||
    LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer)
  );
}
