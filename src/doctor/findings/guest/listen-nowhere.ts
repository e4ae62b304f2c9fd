// `listen` names an address that no interface here has, so that nothing can be bound to it. Reported only where all
// interfaces were shown, which is known from loopback being among them.

import { isIP } from 'node:net';
import type { Prefix } from '../../../addresses/prefix.ts';
import { toNetwork } from '../../../addresses/prefix-text.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import { liesIn } from '../../questions/subject.ts';
import type { Subject } from '../../questions/subject.ts';

/** Finds addresses of `listen` that are not this machine's. */
export function listenNowhere({ evidence, subjects, config }: Scene): Finding[] {
  const links = evidence.all('link');
  const loopback = links.find(({ driver }) => driver === 'lo');
  if (config === undefined || loopback === undefined) return [];
  const held = heldAddresses(evidence);
  return subjects.flatMap((subject): Finding[] => {
    const written = config.vlans.find(({ name }) => name === subject.vlan);
    const missing = (written?.listen ?? [])
      .map(({ address }) => address.replace(/%.*$/, ''))
      .filter((address) => !held.has(address) && !isLocalAnyway(address, loopback));
    const [first] = missing;
    if (first === undefined || written === undefined) return [];
    const all = missing.join(', ');
    return [
      {
        id: 'listen-nowhere',
        layer: 'address',
        ...whose(subject),
        what: `${subject.vlan} listens on ${all}, and no interface here has ${missing.length === 1 ? 'that address' : 'these addresses'}`,
        sure: 'certain',
        evidence: [
          { source: config.file, line: written.at.line, text: `vlans.${subject.vlan}: listen: ${all}` },
          ...shownAddresses(links),
        ],
        cure: cureOf(subject, first, links),
        prove: [here('vlandns status', `${subject.vlan} is serving on ${all}`)],
      },
    ];
  });
}

// An address that is bound, or that some program listens on, exists, whichever source shows it.
function heldAddresses(evidence: Evidence): Set<string> {
  return new Set(
    [
      ...evidence.all('link').flatMap(({ addresses }) => addresses.map(({ address }) => address)),
      ...evidence.all('served vlan').flatMap(({ addresses }) => addresses),
      ...evidence.all('socket').map(({ address }) => address),
    ].map((address) => address.replace(/%.*$/, '')),
  );
}

// Linux takes every address of a network on its loopback interface for its own.
function isLocalAnyway(address: string, { system, addresses }: LinkFact): boolean {
  const networks = addresses.flatMap(
    (one) => toNetwork(one.address.replace(/%.*$/, ''), one.prefixLength) ?? [],
  );
  return system === 'linux' && liesIn(address, networks);
}

function shownAddresses(links: readonly LinkFact[]): Finding['evidence'] {
  const shown = links
    .filter(({ driver }) => driver !== 'lo')
    .flatMap(({ at, lines }) => {
      const inet = lines.filter(({ text }) => /^inet6? /.test(text));
      return inet.length === 0 ? [at] : inet;
    });
  return shown.slice(0, 8);
}

// It belongs on the interface that has another address of the same network, or of the VLAN's subnets; without one, that is
// not known.
function cureOf({ subnets }: Subject, address: string, links: readonly LinkFact[]): Step[] {
  const family = isIP(address);
  const all = links.flatMap(({ name, addresses }) =>
    addresses.filter((one) => one.family === family).map((one) => ({ ...one, name })),
  );
  const near = all.find((one) => liesIn(address, networkOf(one)));
  const beside = near ?? all.find((one) => liesIn(one.address, subnets));
  const name = beside?.name ?? '<INTERFACE>';
  const correct: Step = {
    on: 'this machine',
    say:
      beside === undefined
        ? 'or write an address into `listen` that is here, or `interface: NAME`, then `vlandns check && vlandns reload`'
        : `or \`listen: [${beside.address}]\` in the configuration, which ${name} has, or \`interface: ${name}\`; then \`vlandns check && vlandns reload\``,
  };
  const length = near?.prefixLength ?? (family === 6 ? 64 : '<PREFIX>');
  if (links[0]?.system === 'openbsd') {
    const line = family === 6 ? `inet6 ${address} ${length}` : `inet alias ${address}/${length}`;
    return [here(`echo '${line}' >> /etc/hostname.${name}`), here(`sh /etc/netstart ${name}`), correct];
  }
  return [
    here(
      `ip addr add ${address}/${length} dev ${name}`,
      'until the next boot; to keep it, write it into what configures the network here',
    ),
    correct,
  ];
}

function networkOf({ address, prefixLength }: LinkFact['addresses'][number]): Prefix[] {
  const network = toNetwork(address.replace(/%.*$/, ''), prefixLength);
  return network === undefined ? [] : [network];
}
