// No way out: the routing table has no default route, and the upstreams are not on a network of this machine.

import { isIP } from 'node:net';
import { toNetwork } from '../../../addresses/prefix-text.ts';
import type { Finding, Scene } from '../../finding.ts';
import { here } from '../../finding.ts';
import { liesIn } from '../../questions/subject.ts';

/** Finds routing tables without a default route where upstreams need one. */
export function noDefaultRoute({ evidence, config }: Scene): Finding[] {
  const tables = evidence.all('default route').filter(({ family }) => family === 4);
  const [table] = tables;
  if (table === undefined || tables.some(({ gateway }) => gateway !== undefined)) return [];
  const links = evidence.all('link');
  const networks = links.flatMap(({ addresses }) =>
    addresses.flatMap(
      ({ address, prefixLength }) => toNetwork(address.replace(/%.*$/, ''), prefixLength) ?? [],
    ),
  );
  const routed = tables.flatMap((one) => one.networks);
  const servers = (config?.upstreams ?? []).flatMap(({ servers: list }) => list);
  const addresses = servers.flatMap((server) => ('address' in server ? [server.address] : []));
  const asksSystem = config === undefined || servers.some(({ kind }) => kind === 'system');
  const resolvers = asksSystem ? evidence.all('resolver').map(({ address }) => address) : [];
  const far = [...addresses, ...resolvers].find(
    (address) => isIP(address) === 4 && !liesIn(address, [...networks, ...routed]),
  );
  if (far === undefined) return [];
  const isOpenbsd = links.some(({ system }) => system === 'openbsd');
  return [
    {
      id: 'no-default-route',
      layer: 'upstream',
      what: `there is no default route, and ${far} is on no network that this machine knows a way to`,
      sure: 'certain',
      evidence: [table.at],
      cure: isOpenbsd
        ? [here('echo <GATEWAY> > /etc/mygate'), here('sh /etc/netstart')]
        : [
            here(
              'ip route add default via <GATEWAY>',
              'until the next boot; to keep it, write it into what configures the network here',
            ),
          ],
      prove: [
        isOpenbsd ? here(`route -n get ${far}`) : here(`ip route get ${far}`, 'a gateway, not "unreachable"'),
      ],
    },
  ];
}
