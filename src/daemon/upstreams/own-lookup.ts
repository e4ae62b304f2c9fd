// Finds the addresses of hosts that lists are fetched from, through our own upstreams: without block verdicts, and never
// through a resolver that may be this service. Addresses are kept for a while; the only file that imports node-cache.
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import NodeCache from 'node-cache';
import { octetsToText } from '../../addresses/address-text.ts';
import { parseName } from '../../dns/name-text.ts';
import { TYPE } from '../../dns/numbers.ts';
import { RecordWalk } from '../../dns/record-walk.ts';
import type { UpstreamSet } from '../../upstream/upstream-set.ts';

/** How long addresses are kept, in seconds (0 would mean for ever). */
const MEMO_SECONDS = 300;

/** The most hosts: beyond it node-cache takes no more; lists come from a handful. */
const MAX_HOSTS = 1000;

/** A `lookup` function for connections that asks the first of these upstream sets that knows the host. */
export function ownLookup(sets: () => Iterable<UpstreamSet>): LookupFunction {
  const memo = new NodeCache({ stdTTL: MEMO_SECONDS, useClones: false, checkperiod: 0, maxKeys: MAX_HOSTS });
  const find = async (host: string): Promise<LookupAddress[]> => {
    const known = memo.get<LookupAddress[]>(host);
    if (known !== undefined) return known;
    const found = await askAll(host, sets());
    if (found.length === 0) throw new Error(`no upstream knows an address of ${host}`);
    if (memo.keys().length < MAX_HOSTS) memo.set(host, found);
    return found;
  };
  return (host, options, done) => {
    find(host).then(
      (found) => {
        const first = found[0];
        if (options.all === true || first === undefined) done(null, found);
        else done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), []),
    );
  };
}

async function askAll(host: string, sets: Iterable<UpstreamSet>): Promise<LookupAddress[]> {
  for (const set of sets) {
    const [v4, v6] = await Promise.all([ask(set, host, TYPE.A), ask(set, host, TYPE.AAAA)]);
    if (v4.length + v6.length > 0) return [...v4, ...v6];
  }
  return [];
}

async function ask(set: UpstreamSet, host: string, qtype: number): Promise<LookupAddress[]> {
  const outcome = await set.ask({ name: parseName(host), qtype, dnssecOk: false, checkingDisabled: false });
  if (!outcome.ok) return [];
  const message = outcome.answer.octets.subarray(0, outcome.answer.messageLength);
  const found: LookupAddress[] = [];
  const walk = new RecordWalk();
  walk.start(message, message.length);
  while (walk.next() && walk.section === 1) {
    const rdata = message.subarray(walk.rdataOffset, walk.end);
    if (walk.type === TYPE.A && qtype === TYPE.A) found.push({ address: octetsToText(4, rdata), family: 4 });
    if (walk.type === TYPE.AAAA && qtype === TYPE.AAAA)
      found.push({ address: octetsToText(6, rdata), family: 6 });
  }
  return found;
}
