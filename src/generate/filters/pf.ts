// Rules for pf.conf(5): stray port 53 goes to the listener of its VLAN, and ways around the filter are blocked. An interface
// is written by its name, so that the rules hold when its addresses change, except for one IPv6 address.

import { endpointToText } from '../../config/grammar/endpoint.ts';
import { comment, headingOf, titleOf } from '../comments.ts';
import { DNS_PORT, SEES_ONLY, firewallPlanOf } from './firewall-plan.ts';
import { isOpenbsdInterface, notOpenbsd } from '../system/openbsd-names.ts';
import type { Generated, Listener, Plan, VlanFacts } from '../plan.ts';
import { isLoopback } from '../../addresses/address-scope.ts';

/** Addresses per line of the table. */
const PER_LINE = 4;

/** Makes rules for pf.conf(5) that lead to the listeners as they are configured. */
export function pfRules(plan: Plan): Generated {
  const remarks = plan.vlans.some((vlan) => vlan.isFollowed && sixOf(vlan) !== undefined)
    ? ['The IPv6 addresses in here are those of now: make this anew when they change.']
    : [];
  return rulesOf(plan, remarks, (vlan) => ({
    vlan,
    before: [],
    targets: vlan.isFollowed ? 'interface' : vlan.listeners,
  }));
}

/**
 * Makes the rules for vlandns without root: each VLAN listens on its own port of loopback, and the rules redirect there.
 * The configuration lines that go with them are written as comments.
 */
export function pfLoopbackRules(plan: Plan): Generated {
  const faults = plan.vlans
    .filter(({ subnets }) => subnets.length === 0)
    .map(
      ({ place, trouble }) =>
        `${place}.subnets: the prefixes of the clients are not known here${trouble === undefined ? '' : ` (${trouble})`}; write them`,
    );
  if (faults.length > 0) return { faults };
  const remarks = [
    'Without root: vlandns listens on ports of loopback that any user may bind. Change the configuration',
    'as each VLAN below says, and set control.socket and server.state to where that user may write.',
  ];
  return rulesOf(plan, remarks, (vlan, index) => {
    const targets = loopbackOf(vlan, index);
    return {
      vlan,
      before: vlan.isFollowed || !isBehind(vlan) ? configurationOf(vlan, targets) : [],
      targets,
    };
  });
}

/** A VLAN with what its port 53 leads to: these listeners, or those of its interface. */
interface Redirection {
  readonly vlan: VlanFacts;
  /** Comments above the rules. */
  readonly before: readonly string[];
  readonly targets: 'interface' | readonly Listener[];
}

function rulesOf(
  plan: Plan,
  remarks: readonly string[],
  redirect: (vlan: VlanFacts, index: number) => Redirection,
): Generated {
  const { vlans: here, faults, remarks: others } = firewallPlanOf(plan, nameFault);
  if (faults.length > 0) return { faults };
  const heading = headingOf(plan, {
    mark: '#',
    title: 'pf.conf(5): stray DNS goes to the listener of its VLAN, ways around the filter are closed.',
    install: [
      `Install: ${plan.call} > /etc/pf.vlandns.conf`,
      '  and in /etc/pf.conf, before rules with "quick": include "/etc/pf.vlandns.conf"; pfctl -f /etc/pf.conf',
      ...SEES_ONLY,
      ...remarks,
      ...others,
    ],
    check: 'pfctl -nf /etc/pf.conf',
  });
  const table = here.some(({ bypass }) => bypass === 'block') ? `${tableOf(plan.resolvers)}\n` : '';
  return {
    text: `${heading}${table}${here.map((vlan, index) => sectionOf(redirect(vlan, index))).join('\n')}`,
  };
}

/** Public resolvers, by address. */
function tableOf(resolvers: readonly string[]): string {
  const lines: string[] = [];
  for (let from = 0; from < resolvers.length; from += PER_LINE)
    lines.push(`\t${resolvers.slice(from, from + PER_LINE).join(', ')}`);
  return `${comment('#', ['Public resolvers that also answer over HTTPS, TLS or QUIC: config/bypass/addresses.txt.'])}table <vlandns_doh> persist { \\\n${lines.join(', \\\n')} \\\n}\n`;
}

function sectionOf({ vlan, before, targets }: Redirection): string {
  const rules = [...redirectionsOf(vlan, targets), ...pageBlocksOf(vlan), ...blocksOf(vlan)];
  const title = `${titleOf(vlan)}, policy ${vlan.policy}, bypass: ${vlan.bypass}`;
  return `${comment('#', [title, ...before])}${rules.map((rule) => `${rule}\n`).join('')}`;
}

// pf(4) sees packets for a carp(4) on the interface below it, and a rule `on carp40` matches none.
function nameFault(vlan: VlanFacts): string | undefined {
  if (vlan.interface === undefined) return undefined;
  if (!isOpenbsdInterface(vlan)) return notOpenbsd(vlan);
  return vlan.packetsOn === undefined
    ? `${vlan.place}.interface: what ${vlan.interface} lies on is not known here, and its packets come in there; run this on the machine that has it`
    : undefined;
}

function redirectionsOf(vlan: VlanFacts, targets: Redirection['targets']): string[] {
  if (targets === 'interface') return followed(vlan);
  return ([4, 6] as const).flatMap((family) => {
    if (vlan.interface === undefined && !hasSubnet(vlan, family)) return [];
    const packets = packetsOf(vlan, family);
    const target = targets.find((listener) => listener.family === family);
    if (target === undefined) return [`block return in quick ${packets} to port domain`];
    const { address, port } = target;
    const redirection = `rdr-to ${address} port ${portText(port)}`;
    if (port !== DNS_PORT) return [`pass in quick ${packets} to port domain ${redirection}`];
    return [
      `pass in quick ${packets} to ! ${address} port domain ${redirection}`,
      `pass in quick ${packets} to ${address} port domain`,
    ];
  });
}

/**
 * Rules that name an interface instead of its addresses. In IPv6 `:0` may mean the link-local address, so the present address
 * is written; without one, stray queries are rejected, and clients ask the resolver that they were given.
 */
function followed(vlan: VlanFacts): string[] {
  const { interface: name, port } = vlan;
  const to = port === DNS_PORT ? `to ! (${name}) port domain` : 'to port domain';
  const six = sixOf(vlan);
  const redirected = `pass in quick ${packetsOf(vlan, 6)} ${to} rdr-to ${six} port ${portText(port)}`;
  const redirections = [
    `pass in quick ${packetsOf(vlan, 4)} ${to} rdr-to (${name}:0) port ${portText(port)}`,
    six === undefined ? `block return in quick ${packetsOf(vlan, 6)} ${to}` : redirected,
  ];
  return port === DNS_PORT
    ? [...redirections, `pass in quick ${packetsOf(vlan)} to (${name}) port domain`]
    : redirections;
}

/** The IPv6 address that this machine has in a VLAN now. */
function sixOf({ ownAddresses }: VlanFacts): string | undefined {
  return ownAddresses.find(({ family }) => family === 6)?.address;
}

/** The page of vlandns is not for a filtered VLAN, whose children would try passwords. */
function pageBlocksOf(vlan: VlanFacts): string[] {
  return vlan.closedPages
    .filter(({ family }) => vlan.interface !== undefined || hasSubnet(vlan, family))
    .map(
      ({ address, family, port }) =>
        `block return in quick ${packetsOf(vlan, family)} to ${address} port ${port}`,
    );
}

function blocksOf(vlan: VlanFacts): string[] {
  if (vlan.bypass !== 'block') return [];
  const families = ([4, 6] as const).filter((family) => hasSubnet(vlan, family));
  const all =
    vlan.interface === undefined ? families.map((family) => packetsOf(vlan, family)) : [packetsOf(vlan)];
  return all.flatMap((packets) => [
    `block return in quick ${packets} to port 853`,
    `block return in quick ${packets} to <vlandns_doh>`,
  ]);
}

/** The condition that matches the packets of a VLAN: its interface, else its subnets, which needs a family. */
function packetsOf(vlan: VlanFacts, family?: 4 | 6): string {
  const inet = family === undefined ? '' : family === 4 ? 'inet ' : 'inet6 ';
  if (vlan.packetsOn !== undefined) return `on ${vlan.packetsOn} ${inet}proto { udp tcp }`;
  const subnets = vlan.subnets.filter((subnet) => subnet.family === family).map(({ text }) => text);
  return `${inet}proto { udp tcp } from { ${subnets.join(', ')} }`;
}

function hasSubnet({ subnets }: VlanFacts, family: 4 | 6): boolean {
  return subnets.some((subnet) => subnet.family === family);
}

function portText(port: number): string {
  return port === DNS_PORT ? 'domain' : String(port);
}

/** Whether a VLAN listens on loopback already. */
function isBehind({ listeners }: VlanFacts): boolean {
  return listeners.length > 0 && listeners.every(({ address }) => isLoopback(address));
}

/** The ports of loopback of a VLAN: those it has, or 5300 and its tag; without a tag, numbers that no tag gives. */
function loopbackOf(vlan: VlanFacts, index: number): readonly Listener[] {
  if (!vlan.isFollowed && isBehind(vlan)) return vlan.listeners;
  const port = vlan.id === undefined ? 10_053 + index : 5300 + vlan.id;
  return ([4, 6] as const)
    .filter((family) => vlan.subnets.some((subnet) => subnet.family === family))
    .map((family) => ({ address: family === 4 ? '127.0.0.1' : '::1', family, port }));
}

/** The lines of the configuration that a VLAN has to have. */
function configurationOf(vlan: VlanFacts, targets: readonly Listener[]): string[] {
  const listen = targets.map(({ address, port }) => `"${endpointToText(address, port)}"`).join(', ');
  const subnets = vlan.subnets.map(({ text }) => `"${text}"`).join(', ');
  return [
    'In the configuration, in place of interface: or listen:, and of subnets:',
    `  listen: [${listen}]`,
    `  subnets: [${subnets}]`,
  ];
}
