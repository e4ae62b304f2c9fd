// Where the web server listens: on loopback as one likes, elsewhere only with users and TLS, and nowhere that something else listens.

import { isLoopback } from '../../../addresses/address-scope.ts';
import type { ListenAddress } from '../../config.ts';
import type { FaultLog } from '../../config-error.ts';
import { endpointToText } from '../../grammar/endpoint.ts';
import type { DraftWeb } from '../../keys/web.ts';
import type { WebAround } from './web-around.ts';

/** What a listener is held against. */
type ListenAround = Pick<WebAround, 'vlans' | 'metrics'>;

/** Gives the addresses; each that cannot be is reported. */
export function finishListen(draft: DraftWeb, around: ListenAround, faults: FaultLog): ListenAddress[] {
  const known: ListenAddress[] = [];
  for (const { value, at, setting } of draft.listen ?? []) {
    const listen = { ...value, at };
    const owner = ownerOf(listen, known, around);
    if (owner !== undefined) {
      const { address, port } = listen;
      faults.error(
        at,
        setting,
        `${owner} on ${endpointToText(address, port)} already; write another port, such as 8053`,
      );
    }
    known.push(listen);
  }
  const far = known.find(({ address }) => !isLoopback(address));
  if (far !== undefined) reportOpen(draft, far, faults);
  else if (draft.insecure)
    faults.warn(
      draft.written.keys.insecure ?? draft.written.at,
      'web.insecure',
      'makes no difference on loopback; take it out',
    );
  return known;
}

/** Reports a listener that others than this machine reach, and that lacks users or TLS. */
function reportOpen(
  { users, insecure, written }: DraftWeb,
  { address, port, at }: ListenAddress,
  faults: FaultLog,
): void {
  const where = `${endpointToText(address, port)} can be reached from other machines`;
  // Those that are faulty are reported already.
  if (users.length === 0 && written.keys.users === undefined)
    faults.error(
      at,
      'web.listen',
      `${where}, and there are no users; write users: with lines that "vlandns passwd NAME" prints, or listen on 127.0.0.1:${port}`,
    );
  else if (users.length === 0)
    faults.error(
      written.keys.users ?? at,
      'web.users',
      `is empty, and ${where}; write lines that "vlandns passwd NAME" prints, or listen on 127.0.0.1:${port}`,
    );
  const hasTls = written.keys.certificate !== undefined || written.keys.key !== undefined;
  const place = written.keys.insecure ?? at;
  if (!hasTls && !insecure)
    faults.error(
      at,
      'web.listen',
      `${where}, and passwords would cross the network as plain text; write certificate: and key:, or listen on 127.0.0.1:${port} behind a server with TLS, or write insecure: true to have it so`,
    );
  else if (!hasTls)
    faults.warn(
      place,
      'web.insecure',
      `passwords cross the network as plain text, and whoever sees one can use it (${where}); write certificate: and key:`,
    );
  else if (insecure)
    faults.warn(place, 'web.insecure', 'makes no difference beside certificate; take it out');
}

/** Who listens there already, as the subject and the verb of a sentence. */
function ownerOf(
  listen: ListenAddress,
  known: readonly ListenAddress[],
  { vlans, metrics }: ListenAround,
): string | undefined {
  if (known.some((other) => isClash(listen, other))) return 'the page is served';
  if (metrics !== undefined && isClash(listen, metrics.listen)) return 'metrics are served';
  const vlan = vlans.find(
    ({ listen: own, interface: link, port }) =>
      own?.some((other) => isClash(listen, other)) === true ||
      // The addresses of an interface are not known here, and those of loopback are none of them.
      (link !== undefined && port === listen.port && !isLoopback(listen.address)),
  );
  return vlan === undefined ? undefined : `VLAN ${vlan.name} listens`;
}

function isClash(
  a: Pick<ListenAddress, 'address' | 'port'>,
  b: Pick<ListenAddress, 'address' | 'port'>,
): boolean {
  return a.port === b.port && (a.address === b.address || isWildcard(a.address) || isWildcard(b.address));
}

/** Whether an address stands for all of the machine. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
