// What was asked, by whom, how often: for replays and proposals. Counted over as many records as memory allows, told, and counted anew:
// the same name may come several times, and whoever sums up does so anyway.
import { typeToText } from '../../../dns/numbers.ts';
import type { AskedName } from '../../../querylog/history.ts';
import { FLAG } from '../../../querylog/record-layout.ts';
import type { Block } from '../packed/block.ts';
import { KIND } from '../packed/block.ts';
import { ANONYMOUS_MS } from '../sqlite/open-log.ts';
import type { OpenLog } from '../sqlite/open-log.ts';
import type { Selection } from './selection.ts';
import { blocksOf, eachMatch } from './selection.ts';

/** Names with their clients and types that are counted at once. */
const COUNTED_AT_ONCE = 50_000;

/** What is counted, by ids. */
interface Counted {
  readonly name: number;
  readonly client: number;
  /** Its first manner; those of others have the same VLAN, policy and type. */
  readonly manner: number;
  queries: number;
  blocked: number;
  firstMs: number;
  lastMs: number;
}

/** Tells them, in lots; between two of them something else may be done, and the log may have gone on. */
export function* askedNames(log: OpenLog, selection: Selection): Iterable<readonly AskedName[]> {
  let counts = new Map<string, Counted>();
  for (const block of blocksOf(log, selection)) {
    count(log, selection, block, counts);
    if (counts.size < COUNTED_AT_ONCE) {
      yield [];
      continue;
    }
    yield* tell(log, counts);
    counts = new Map();
  }
  yield* tell(log, counts);
}

function count(log: OpenLog, selection: Selection, block: Block, counts: Map<string, Counted>): void {
  const { names, clients, manners, nameTerms, clientTerms, mannerTerms, times } = block;
  const kinds = Array.from(mannerTerms, (id) => {
    const { vlan, policy, qtype, flags } = log.manners.manner(id);
    return { key: JSON.stringify([vlan, policy, qtype]), blocked: (flags & FLAG.BLOCKED) === 0 ? 0 : 1 };
  });
  eachMatch(block, selection, log.manners, (at) => {
    const [name, client] = [nameTerms[names[at]!]!, clientTerms[clients[at]!]!];
    const { key: kind, blocked } = kinds[manners[at]!]!;
    const time = block.kind === KIND.FULL ? times[at]! : times[at]! - (times[at]! % ANONYMOUS_MS);
    const key = `${name} ${client} ${kind}`;
    const counted = counts.get(key);
    if (counted === undefined) {
      const manner = mannerTerms[manners[at]!]!;
      counts.set(key, { name, client, manner, queries: 1, blocked, firstMs: time, lastMs: time });
      return;
    }
    counted.queries++;
    counted.blocked += blocked;
    counted.firstMs = Math.min(counted.firstMs, time);
    counted.lastMs = Math.max(counted.lastMs, time);
  });
}

/** Names told at once. */
const LOT = 1000;

function* tell(log: OpenLog, counts: ReadonlyMap<string, Counted>): Iterable<readonly AskedName[]> {
  let lot: AskedName[] = [];
  for (const { name, client, manner, ...sums } of counts.values()) {
    const { vlan, policy, qtype } = log.manners.manner(manner);
    const address = log.clients.client(client)?.address;
    lot.push({ vlan, policy, client: address, name: log.names.text(name), type: typeToText(qtype), ...sums });
    if (lot.length < LOT) continue;
    yield lot;
    lot = [];
  }
  yield lot;
}
