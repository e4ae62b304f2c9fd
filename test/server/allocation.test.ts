// What an answer that is known allocates: nothing that grows with queries, counted on the heap.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { TRANSPORT } from '../../src/listeners/transport.ts';
import { newCounters } from '../../src/server/outcome/counters.ts';
import { Entrance } from '../../src/server/entrance.ts';
import { QueryPath } from '../../src/server/query-path.ts';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import { Clock } from '../../src/time/clock.ts';
import { InProcess, ScriptedSet, toAddress } from '../support/in-process.ts';
import { keepingRecorder } from '../support/keeping-recorder.ts';
import { writeQuery } from '../support/message-writer.ts';

/** Before it is counted, code has to be compiled; a round is short enough to see no collection in most cases. */
const WARM_UP = 30_000;
const ROUNDS = 21;
const ROUND = 10_000;

for (const isLogged of [false, true])
  t.test(
    `answers that are known allocate nothing that grows with queries${isLogged ? ', with the full log' : ''}`,
    async (t) => {
      const answers = {
        'good.example A': { answer: ['good.example. 86400 A 192.0.2.1'] },
        'www.example A': {
          answer: ['www.example. 86400 CNAME cdn.example.', 'cdn.example. 86400 A 192.0.2.1'],
        },
      };
      const policy = {
        block: ['bad.example'],
        allow: ['good.example'],
        blockLists: ['ads'],
        rebindProtection: true,
        bypass: 'block',
      } as const;
      const service = new InProcess({
        policies: { lan: policy },
        upstreams: new Map([[0, new ScriptedSet('default', answers)]]),
        records: ['nas.example. A 192.0.2.9'],
        lists: { ads: ['||ads.example^'] },
      });
      for (const name of ['www.example', 'good.example']) await service.tell(name, 'A', { edns: {} });
      // The real clock and a rate limit, as in service: both are asked for every query.
      const rate = new RateLimit({ rate: 1e9, burst: 1e9 });
      const limits = { ...service.limits, rate };
      const clock = new Clock();
      const path = new QueryPath({ ...service.pathParts, clock, limits: () => limits });
      if (isLogged) path.record(keepingRecorder(service.serving, clock));
      const target = new Uint8Array(65_535);
      const entrance = new Entrance('lan', TRANSPORT.udp, newCounters());
      const table = ['www.example', 'x.bad.example', 'x.ads.example', 'nas.example', 'good.example'];
      for (const name of table) {
        for (const options of isLogged ? [[]] : [[], [{ code: 10, value: new Uint8Array(8) }]]) {
          const query = writeQuery({ questions: [{ name, type: 'A' }], edns: { options } });
          const incoming = {
            entrance,
            query,
            length: query.length,
            client: toAddress(),
            startedMs: 0,
            wasHit: false,
          };
          const octets = allocatedBy(() => {
            if (path.first(incoming, target) <= 0) throw new Error('no reply');
          });
          t.ok(octets < 1, `${name}${options.length > 0 ? ' with a cookie' : ''}: ${octets} octets a query`);
        }
      }
    },
  );

t.test('what is counted here would be seen', (t) => {
  let kept: unknown;
  const octets = allocatedBy(() => {
    kept = { one: 1 };
  });
  t.ok(octets > 10, `${octets} octets for an object`);
  t.ok(kept);
  t.end();
});

/** Octets of heap that one call allocates: the median of rounds, since a collection in a round hides what it took. */
function allocatedBy(call: () => void): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('the collector cannot be called');
  for (let i = 0; i < WARM_UP; i++) call();
  collect();
  const rounds = Array.from({ length: ROUNDS }, () => {
    // What is new is collected, and so nothing is during the round; all of the heap would be 20 ms a round.
    collect({ type: 'minor' });
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < ROUND; i++) call();
    return (process.memoryUsage().heapUsed - before) / ROUND;
  });
  return rounds.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}
