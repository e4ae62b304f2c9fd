// Datagrams that arrived and were dropped, because a socket's buffer was full or nothing listened.

import type { Quote } from '../../facts/source-text.ts';
import type { Finding, Scene, Step } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import { earlierAndLater } from '../../facts/samples.ts';

/** Any machine gets a few datagrams that no socket wants (late answers, port scans): fewer than this are no fault. */
const TELLING_STRAYS = 5;

/** Finds listeners whose datagrams the system dropped. */
export function kernelDrops({ evidence, subjects }: Scene): Finding[] {
  const isOpenbsd = evidence.all('link').some(({ system }) => system === 'openbsd');
  return subjects.flatMap((subject) => {
    const told = evidence.all('served vlan').findLast(({ vlan }) => vlan === subject.vlan);
    if (told === undefined || told.kernelDrops === 0) return [];
    const what = `the system dropped ${told.kernelDrops} datagrams for the listener of ${told.vlan}: its receive buffer was full`;
    return [{ ...about(what, [told.dropsAt], largerBuffers(isOpenbsd)), ...whose(subject) }];
  });
}

/** Finds counters of the whole machine that rise between two samples: datagrams dropped for a full buffer, or for no socket. */
export function udpDrops({ evidence }: Scene): Finding[] {
  const isOpenbsd = evidence.all('link').some(({ system }) => system === 'openbsd');
  const counts = evidence.all('udp count');
  const risen = (which: string): { by: number; at: Quote[] } | undefined => {
    const pair = earlierAndLater(counts.filter(({ what }) => what === which));
    const by = pair === undefined ? 0 : pair[1].count - pair[0].count;
    return pair === undefined || by <= 0 ? undefined : { by, at: pair.map(({ at }) => at) };
  };
  const full = risen('buffer full');
  const counted = risen('no socket');
  const nobody = counted !== undefined && counted.by >= TELLING_STRAYS ? counted : undefined;
  return [
    ...(full === undefined
      ? []
      : [
          about(
            `the system dropped ${full.by} datagrams between two looks: the receive buffer of a socket was full`,
            full.at,
            largerBuffers(isOpenbsd),
          ),
        ]),
    ...(nobody === undefined
      ? []
      : [
          {
            ...about(
              `${nobody.by} datagrams between two looks were for ports that nobody listens on`,
              nobody.at,
              [
                isOpenbsd
                  ? here("fstat -n | grep ':53$'", 'who listens, and on which address')
                  : here("ss -lnup 'sport = :53'", 'who listens, and on which address'),
                here('vlandns status', 'is each VLAN serving, on the address that clients ask?'),
              ],
            ),
            id: 'udp-no-socket',
          },
        ]),
  ];
}

function about(what: string, evidence: readonly Quote[], cure: readonly Step[]): Finding {
  return {
    id: 'kernel-drops',
    layer: 'listener',
    what,
    sure: 'possible',
    evidence,
    cure,
    prove: [here('vlandns status', 'the count of what was dropped stays as it is')],
  };
}

function largerBuffers(isOpenbsd: boolean): Step[] {
  return isOpenbsd
    ? [
        here(
          'sysctl net.inet.udp.recvspace',
          'what a socket gets by default; vlandns asks for more by itself',
        ),
        here('vlandns status', 'what was granted, and a warning where that is little'),
      ]
    : [
        here(
          'sysctl -w net.core.rmem_max=4194304',
          'then `vlandns reload`; to keep it: a file in /etc/sysctl.d',
        ),
      ];
}
