// An address with a mask for one or two machines: `subnets: interface` then lets nobody else in, and the machine itself
// sends to its neighbours through a router.

import { toNetwork } from '../../../addresses/prefix-text.ts';
import { isInside } from '../../../addresses/prefix.ts';
import type { Prefix } from '../../../addresses/prefix.ts';
import type { Evidence } from '../../facts/evidence.ts';
import type { Finding, Scene, Step, Sure } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import type { LinkFact } from '../../facts/machine-facts.ts';
import type { Quote } from '../../facts/source-text.ts';
import { liesIn } from '../../questions/subject.ts';
import type { Subject } from '../../questions/subject.ts';

/** The longest prefix of IPv4 that has room for clients beside a router. */
const LONGEST = 29;

/** Finds VLANs whose interface has no network of IPv4 for clients. */
export function prefixTooLong({ evidence, subjects, config }: Scene): Finding[] {
  if (config === undefined) return [];
  return subjects.flatMap((subject): Finding[] => {
    const { link } = subject;
    if (link === undefined || link.driver === 'lo' || isTunnel(link)) return [];
    const own = link.addresses.filter(({ family, state }) => family === 4 && state === 'ready');
    const [first] = own;
    if (first === undefined || own.some(({ prefixLength }) => prefixLength <= LONGEST)) return [];
    const wider = widerNetwork(first.address, first.prefixLength, evidence);
    const sure = surenessOf(subject, evidence, { ...first, wider });
    if (sure === undefined) return [];
    const room = first.prefixLength >= 31 ? 'nobody else' : 'one other machine';
    const shown = `${first.address}/${first.prefixLength}`;
    return [
      {
        id: 'prefix-too-long',
        layer: 'address',
        ...whose(subject),
        what: `${link.name} has ${shown}, a network with room for ${room}${
          subject.hasOwnSubnets
            ? `, but its clients are in ${subject.subnets.map(({ text }) => text).join(', ')}`
            : ': all other clients are refused as strangers'
        }`,
        sure,
        evidence: [
          link.at,
          ...link.lines.filter(({ text }) => text.includes(first.address)),
          ...(wider === undefined ? [] : [wider.at]),
        ],
        cure: cureOf(link, first.address, wider?.prefix),
        prove: [here('vlandns status', 'the count under `wrong source` stays as it is')],
      },
    ];
  });
}

// A tunnel has one peer, or one for each key.
function isTunnel({ isPointToPoint, driver, lines }: LinkFact): boolean {
  const isMade = /^(?:wg|tun|gif|gre|pppoe?|tailscale|zt)$/.test(driver);
  return isPointToPoint === true || isMade || lines.some(({ text }) => / (?:-->|peer) /.test(text));
}

interface Wider {
  readonly prefix: Prefix;
  readonly at: Quote;
}

// A larger network around the address that DHCP or the router knows.
function widerNetwork(address: string, length: number, evidence: Evidence): Wider | undefined {
  const said = [
    ...evidence.all('dhcp').map(({ subnet, at }) => ({ prefix: subnet, at })),
    ...evidence
      .all('router entry')
      .filter(({ path }) => path === '/ip address')
      .flatMap(({ values, at }) => {
        const [host = '', bits] = (values.get('address') ?? '').split('/');
        const prefix = toNetwork(host, Number(bits));
        return prefix === undefined ? [] : [{ prefix, at }];
      }),
  ];
  return said.find(({ prefix }) => prefix.length < length && liesIn(address, [prefix]));
}

function surenessOf(
  { subnets, hasOwnSubnets, link, vlan }: Subject,
  evidence: Evidence,
  own: { readonly address: string; readonly prefixLength: number; readonly wider: Wider | undefined },
): Sure | undefined {
  if (hasOwnSubnets) {
    // Clients elsewhere come through a router, and this interface has to reach nothing but that.
    const around = subnets.filter(({ length }) => length < own.prefixLength && own.prefixLength >= 31);
    if (!liesIn(own.address, around) || isReached(around, link, evidence)) return undefined;
    return own.wider === undefined ? 'possible' : 'likely';
  }
  const told = evidence.all('served vlan').findLast((one) => one.vlan === vlan);
  if (own.wider !== undefined || (told?.sourceMismatch ?? 0) > 0) return 'certain';
  return own.prefixLength >= 31 ? 'likely' : 'possible';
}

// Another interface, or a route, may lead to the clients all the same.
function isReached(around: readonly Prefix[], link: LinkFact | undefined, evidence: Evidence): boolean {
  const networks = [
    ...evidence
      .all('link')
      .filter(({ name }) => name !== link?.name)
      .flatMap(({ addresses }) => addresses)
      .flatMap(({ address, prefixLength }) => toNetwork(address.replace(/%.*$/, ''), prefixLength) ?? []),
    ...evidence.all('default route').flatMap((table) => table.networks),
  ];
  return around.some((subnet) => networks.some((network) => isInside(subnet, network)));
}

function cureOf({ system, name }: LinkFact, address: string, wider: Prefix | undefined): Step[] {
  const length = wider?.length ?? '<PREFIX>';
  return system === 'openbsd'
    ? [
        {
          on: 'this machine',
          say: `in /etc/hostname.${name} the mask of the VLAN's network: \`inet ${address}/${length}\``,
        },
        here(`sh /etc/netstart ${name}`),
      ]
    : [
        here(
          `ip addr replace ${address}/${length} dev ${name}`,
          'then remove the address with the longer prefix: ip addr del; to keep it, write it into what configures the network here',
        ),
      ];
}
