// Answers do not outlive the policy that they were given under: TTLs are cut to the moment at which it is another.
import t from 'tap';
import { InProcess, ScriptedSet } from '../../support/in-process.ts';

/** The moment at which every query of these tests is asked, in milliseconds since 1970. */
const NOW_MS = 1_700_000_000_000;

const ANSWERS = {
  'www.example A': { answer: ['www.example. 300 CNAME cdn.example.', 'cdn.example. 60 A 192.0.2.1'] },
  'gone.example A': { rcode: 'NXDOMAIN', authority: ['example. 900 SOA a. b. 1 2 3 4 900'] },
};

/** The TTLs of the answer to a name under a policy that is another after so long, in milliseconds. */
async function ttlsOf(leftMs: number, name: string): Promise<number[]> {
  const service = new InProcess({
    policies: { lan: { block: ['casino.example'], blockTtlSeconds: 30 } },
    adjusted: { lan: { changesAtMs: NOW_MS + leftMs } },
    records: ['nas.example. 300 A 192.0.2.10'],
    upstreams: new Map([[0, new ScriptedSet('default', ANSWERS)]]),
  });
  // The second answer is from the cache.
  await service.ask(name, 'A');
  const { answer, authority } = await service.ask(name, 'A');
  return [...answer, ...authority].map(({ ttl }) => ttl);
}

const CASES: readonly (readonly [what: string, leftMs: number, name: string, ttls: readonly number[]])[] = [
  ['an answer under a policy that does not change keeps its TTLs', Infinity, 'www.example', [300, 60]],
  ['longer TTLs are cut to the seconds left', 120_900, 'www.example', [120, 60]],
  ['those of every record', 10_900, 'www.example', [10, 10]],
  ['a moment that is all but there leaves none', 900, 'www.example', [0, 0]],
  ['a clock that is 100 ms behind does not keep an answer too long', 10_050, 'www.example', [9, 9]],
  ['denials are cut as well', 10_900, 'gone.example', [10]],
  ['a blocked name is blocked no longer than its rule', 5_900, 'casino.example', [5]],
  ['and for block_ttl where that is shorter', 120_900, 'casino.example', [30]],
  ['local data is of no policy', 10_900, 'nas.example', [300]],
  ['a moment further away than any TTL can be changes nothing', 2 ** 50, 'www.example', [300, 60]],
];

for (const [what, leftMs, name, ttls] of CASES)
  t.test(what, async (t) => {
    t.strictSame(await ttlsOf(leftMs, name), ttls);
  });
