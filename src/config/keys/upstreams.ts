// The keys of upstreams.NAME, and of what is asked elsewhere.

import { object, oneOrMany, placed, required, withDefault, withShortForm } from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import { nameOf, subtreeName, upstreamServer } from '../values/kinds.ts';
import { choice } from '../values/scalars.ts';

/** One upstream set. */
export const upstreamSet = withShortForm(
  object('one or more servers, or a map with servers:', {
    servers: required(
      oneOrMany(
        'one or more servers such as 192.0.2.53, "tls://192.0.2.53#dns.example" or system',
        placed(upstreamServer),
        1,
      ),
      'The servers: ADDRESS[:PORT], udp://, tcp://, tls://ADDRESS[:PORT]#NAME, or system for those of resolv.conf.',
    ),
    strategy: withDefault(
      choice(['fastest', 'ordered', 'parallel', 'random']),
      'Which server of the set is asked: the one that answers fastest, the first that answers, all at once, or any.',
      'fastest',
    ),
  }),
  'servers',
);

/** Zones that have an upstream set of their own. */
export const forward = object('a rule such as { zones: [lan], upstream: NAME }', {
  zones: required(
    oneOrMany('one or more zones such as lan', placed(subtreeName), 1),
    'The zones: their names and everything below; the longest zone wins.',
  ),
  upstream: required(nameOf('an upstream set'), 'The upstream set that is asked for these zones.'),
});

/** One upstream set as it is written. */
export type DraftUpstreamSet = NonNullable<ValueOf<typeof upstreamSet>>;
