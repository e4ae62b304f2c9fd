// Records as they are told one by one: to followers, to dnstap, and to stores that take rows of text. Whoever needs speed reads the
// batch's words.
import { ipv4ToText, ipv6ToText } from '../addresses/address-text.ts';
import { nameToText } from '../dns/name-text.ts';
import { rcodeToText, typeToText } from '../dns/numbers.ts';
import type { LoggedQuery } from '../querylog/history.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../querylog/record-layout.ts';
import type { Batch } from './batch.ts';
import { stepToText } from './step-text.ts';

/** A record: what is told of it, and what of it only some need. */
export interface ReadRecord {
  readonly query: LoggedQuery;
  /** Only that it was is told: neither name nor client. */
  readonly isNameless: boolean;
}

/** Every record of a batch, in its order; ids count from `firstId`. */
export function* readRecords(batch: Batch, firstId = 0): Generator<ReadRecord> {
  let id = firstId;
  for (let at = batch.first; at < batch.end; at = batch.next(at)) yield readRecord(batch, at, id++);
}

function readRecord(batch: Batch, at: number, id: number): ReadRecord {
  const { words, meaning } = batch;
  const word = (which: number): number => words[at + which]!;
  const flags = word(WORD.SIZE) >>> 24;
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const [qtype, rcode] = halves(word(WORD.QTYPE_RCODE));
  const kinds = word(WORD.STEP_VERDICT_DEPTH_ERROR);
  const isNameless = has(FLAG.NAMELESS);
  const name = isNameless ? '' : nameOf(batch, at);
  const reason = meaning.reason(word(WORD.REASON));
  const error = kinds >>> 24;
  return {
    isNameless,
    query: {
      id,
      unixMs: batch.baseMs + word(WORD.TIME),
      ...whereOf(batch, at, has(FLAG.IPV6)),
      name,
      type: typeToText(qtype),
      rcode: rcodeToText(rcode & 0xfff),
      step: stepToText(kinds & 0xff),
      blocked: has(FLAG.BLOCKED),
      reason: reason && { ...reason, rule: reason.rule ?? ruleOf(name, (kinds >>> 16) & 0xff) },
      error: error === 0 ? undefined : error - 1,
      waitedUs: word(WORD.WAITED),
      cached: has(FLAG.HIT),
      stale: has(FLAG.STALE),
      transport: has(FLAG.STREAM) ? 'tcp' : 'udp',
    },
  };
}

type Where = Pick<LoggedQuery, 'vlan' | 'policy' | 'client' | 'upstream' | 'server'>;

/** From whom it came, and where it went. */
function whereOf(batch: Batch, at: number, isIpv6: boolean): Where {
  const { state } = batch.meaning;
  const [vlan, policy] = halves(batch.words[at + WORD.VLAN_POLICY]!);
  const [entry, set] = halves(batch.words[at + WORD.ENTRY_SET]!);
  const [, server] = halves(batch.words[at + WORD.PORT_SERVER]!);
  const { name = '', clients = [] } = state.vlans[vlan] ?? {};
  const client = readClient(batch, at, { vlan: name, isIpv6 });
  // Numbers that stand for none are beyond all that there are.
  return {
    vlan: name,
    policy: state.policies[policy]?.name,
    client: client && { ...client, name: clients[entry] ?? client.name },
    upstream: state.sets[set],
    server: state.servers[server],
  };
}

/** The numbers in the low and the high 16 bits. */
function halves(word: number): readonly [low: number, high: number] {
  return [word & 0xffff, word >>> 16];
}

function readClient(
  { words, meaning }: Batch,
  at: number,
  { vlan, isIpv6 }: { readonly vlan: string; readonly isIpv6: boolean },
): LoggedQuery['client'] {
  const address = words.subarray(at + WORD.CLIENT, at + WORD.CLIENT + 4);
  if (address.every((word) => word === 0)) return undefined;
  const text = isIpv6 ? ipv6ToText(address) : ipv4ToText(address[0]!);
  const known = meaning.clients.of(vlan, text);
  return { address: text, name: known?.name, mac: known?.mac };
}

function nameOf({ words, octets }: Batch, at: number): string {
  const from = (at << 2) + HEAD_OCTETS;
  const length = (words[at + WORD.SIZE]! >>> 16) & 0xff;
  return length === 0 ? '' : nameToText(octets.subarray(from, from + length));
}

/** The last labels of the name, which the rule that decided is about. */
function ruleOf(name: string, depth: number): string | undefined {
  if (depth === 0 || name === '') return undefined;
  // A dot that a label has in it stands behind a backslash.
  const labels = name.match(/(?:\\.|[^.\\])+/g) ?? [];
  return depth > labels.length ? undefined : labels.slice(-depth).join('.');
}
