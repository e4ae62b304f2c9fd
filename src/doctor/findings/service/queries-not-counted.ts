// Frames come in, and no query is counted: what arrives is lost between the card and the listener, or nobody asks here.

import { earlierAndLater } from '../../facts/samples.ts';
import type { Finding, Scene } from '../../finding.ts';
import { here, whose } from '../../finding.ts';
import type { Subject } from '../../questions/subject.ts';
import type { Quote } from '../../facts/source-text.ts';

/** Fewer frames than this between two samples mean a quiet network: the first without the daemon's counters, then with. */
const TELLING_FRAMES = 100;
const TELLING_FRAMES_OF_DAEMON = 10;

/** Finds interfaces whose frames rise while nothing of the VLAN's DNS does. */
export function queriesNotCounted({ evidence, subjects }: Scene): Finding[] {
  return subjects.flatMap((subject) => {
    const frames = earlierAndLater(
      evidence.all('frame count').filter((one) => one.interface === subject.interface),
    );
    if (frames === undefined) return [];
    const [before, after] = frames;
    const risen = after.received - before.received;
    const still = whatStands(subject, { evidence, risen });
    if (risen <= 0 || still === undefined) return [];
    const name = after.interface;
    return [
      {
        id: 'queries-not-counted',
        layer: 'listener',
        ...whose(subject),
        what: `${risen} frames came in on ${name} between two looks, but ${still.what}: queries are lost before the listener, or clients ask somebody else`,
        sure: 'possible',
        evidence: [before.at, after.at, ...still.at],
        cure: [
          here(
            `tcpdump -ni ${name} port 53`,
            'nothing: clients ask somebody else (DHCP, next). Queries to another address: the same',
          ),
          here(
            `tcpdump -eni ${name} vlan`,
            'anything here: frames come with their tag on, which this interface does not take off',
          ),
          here(
            subject.link?.system === 'linux' ? 'nft list ruleset' : 'pfctl -vvsr',
            'queries to our address, and no answer: which rule drops them?',
          ),
        ],
        prove: [here('vlandns status', 'queries grows while a client asks')],
      },
    ];
  });
}

interface Context {
  readonly evidence: Scene['evidence'];
  readonly risen: number;
}

function whatStands(
  { vlan }: Subject,
  { evidence, risen }: Context,
): { what: string; at: Quote[] } | undefined {
  const told = evidence.all('served vlan').findLast((one) => one.vlan === vlan);
  if (told !== undefined)
    return told.state === 'serving' && told.queries === 0 && risen >= TELLING_FRAMES_OF_DAEMON
      ? { what: `vlandns has counted no query of ${told.vlan} at all`, at: [told.queriesAt] }
      : undefined;
  const datagrams = earlierAndLater(evidence.all('udp count').filter(({ what }) => what === 'received'));
  if (datagrams === undefined || risen < TELLING_FRAMES) return undefined;
  const [before, after] = datagrams;
  return after.count > before.count
    ? undefined
    : { what: 'no UDP datagram reached the machine in that time', at: [before.at, after.at] };
}
