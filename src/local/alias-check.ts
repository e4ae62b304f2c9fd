// Aliases (CNAME) in local data that no answer could be made of: two at one name, one beside other records (RFC 2181 section
// 10.1), circles, and chains that are too long to be followed.
import { nameToText } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { TYPE } from '../dns/numbers.ts';
import type { LocalNames } from './local-data.ts';
import type { LocalRecord } from './record-store.ts';

/** The longest chain of local aliases that is followed. */
export const MAX_LOCAL_CHAIN = 8;

/** RRSIG and NSEC may stand beside an alias (RFC 4034 sections 3 and 4). */
const BESIDE_ALIAS = new Set([46, 47]);

/** A record, and the line that it is written in. */
export interface PlacedRecord extends LocalRecord {
  readonly line: number;
}

/** What is wrong with a record. */
export interface AliasFault {
  readonly record: PlacedRecord;
  readonly message: string;
}

/** The name of an owner as a key of maps. */
export function ownerKey(owner: Uint8Array): string {
  return Buffer.from(owner.buffer, owner.byteOffset, owner.length).toString('latin1');
}

/**
 * All faults of the aliases among the records; `data` holds these records and all that they may lead to, and `others` are
 * records of it whose faults are told elsewhere.
 */
export function aliasFaults(
  records: readonly PlacedRecord[],
  data: LocalNames,
  others: readonly PlacedRecord[] = [],
): AliasFault[] {
  const conflicts = conflictsOf(records);
  const aliases = new Map<string, PlacedRecord>();
  for (const record of [...records, ...others]) {
    const key = ownerKey(record.owner);
    if (record.type === TYPE.CNAME && !aliases.has(key)) aliases.set(key, record);
  }
  return [...conflicts, ...chainFaults(aliases, data, new Set(others))];
}

/** Each record that cannot stand beside one before it. */
function conflictsOf(records: readonly PlacedRecord[]): AliasFault[] {
  const earlier = new Map<string, PlacedRecord[]>();
  return records.flatMap((record) => {
    const key = ownerKey(record.owner);
    const others = earlier.get(key) ?? [];
    earlier.set(key, [...others, record]);
    const other = others.find((candidate) => isClash(record, candidate));
    if (other === undefined) return [];
    const name = nameToText(record.owner);
    const both = record.type === TYPE.CNAME && other.type === TYPE.CNAME;
    const message = both
      ? `${name} is an alias in line ${other.line} already, and a name has only one; keep one of them`
      : `${name} has ${other.type === TYPE.CNAME ? 'a CNAME record' : 'another record'} in line ${other.line}, and nothing stands beside a CNAME record; keep one of them`;
    return [{ record, message }];
  });
}

function isClash(a: PlacedRecord, b: PlacedRecord): boolean {
  if (a.type === TYPE.CNAME && b.type === TYPE.CNAME) return Buffer.compare(a.rdata, b.rdata) !== 0;
  if (a.type !== TYPE.CNAME && b.type !== TYPE.CNAME) return false;
  return !BESIDE_ALIAS.has(a.type) && !BESIDE_ALIAS.has(b.type);
}

/** Circles, each reported at its first alias, and chains that are too long, reported where they begin; nothing at `others`. */
function chainFaults(
  aliases: ReadonlyMap<string, PlacedRecord>,
  data: LocalNames,
  others: ReadonlySet<PlacedRecord>,
): AliasFault[] {
  const led = new Map<PlacedRecord, PlacedRecord>();
  for (const record of aliases.values()) {
    const next = nextOf(record, aliases, data);
    if (next !== undefined) led.set(record, next);
  }
  const ledTo = new Set(led.values());
  const told = new Set<PlacedRecord>();
  return [...aliases.values()].flatMap((record) => {
    const chain = chainFrom(record, led);
    const last = chain.at(-1);
    const closes = last === undefined ? -1 : chain.indexOf(led.get(last) ?? record);
    if (last !== undefined && led.has(last)) {
      if (closes !== 0 || told.has(record) || others.has(record)) return [];
      for (const member of chain) told.add(member);
      const round = [...chain, record].map(({ owner, line }) => `${nameToText(owner)} (line ${line})`);
      return [
        { record, message: `aliases lead in a circle: ${round.join(' → ')}; let one of them lead elsewhere` },
      ];
    }
    if (chain.length <= MAX_LOCAL_CHAIN || ledTo.has(record)) return [];
    const lines = chain.map(({ line }) => line).join(', ');
    const message = `leads through ${chain.length} aliases (lines ${lines}), and ${MAX_LOCAL_CHAIN} are followed; let it lead to ${lastName(chain)}`;
    const at = chain.find((member) => !others.has(member));
    return at === undefined ? [] : [{ record: at, message }];
  });
}

/** The aliases that one leads through, itself first, each once. */
function chainFrom(first: PlacedRecord, led: ReadonlyMap<PlacedRecord, PlacedRecord>): PlacedRecord[] {
  const chain = new Set<PlacedRecord>();
  let next: PlacedRecord | undefined = first;
  while (next !== undefined && !chain.has(next)) {
    chain.add(next);
    next = led.get(next);
  }
  return [...chain];
}

function nextOf(
  { rdata }: PlacedRecord,
  aliases: ReadonlyMap<string, PlacedRecord>,
  data: LocalNames,
): PlacedRecord | undefined {
  const target = new NameView();
  target.setWire(rdata);
  const owner = data.ownerOf(target);
  return owner && aliases.get(ownerKey(owner));
}

function lastName(chain: readonly PlacedRecord[]): string {
  const last = chain.at(-1);
  return last === undefined ? '' : nameToText(last.rdata);
}
