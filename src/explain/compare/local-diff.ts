// Where the local data of two configurations differ: the records of a name, those that all VLANs see and those of single VLANs. Hosts
// files are read as they are now. A name that a VLAN has of its own hides what all see.
import { localSources } from '../../config/local-sources.ts';
import type { Config } from '../../config/config.ts';
import { octetsToText } from '../../addresses/address-text.ts';
import { nameToText } from '../../dns/name-text.ts';
import { TYPE, typeToText } from '../../dns/numbers.ts';
import { readHostsFile } from '../../local/hosts-file.ts';
import type { LocalRecord } from '../../local/record-store.ts';
import { parseZoneLine } from '../../local/zone-line.ts';

/** A name whose records differ; `none` where a side has none. */
interface ChangedRecords {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The names whose records differ for the clients of one VLAN, or for all. */
export interface LocalDiff {
  /** Undefined: all VLANs that have nothing of their own at the name. */
  readonly vlan: string | undefined;
  readonly count: number;
  /** The first of them, by name. */
  readonly first: readonly ChangedRecords[];
}

/** The records of names, each as a text. */
type Records = ReadonlyMap<string, ReadonlySet<string>>;

/** What is seen by VLAN; undefined: by all. */
type RecordsByVlan = ReadonlyMap<string | undefined, Records>;

const NOTHING: Records = new Map();

/** Compares the local data of two configurations; lists at most `limit` names of each place, and no place without a difference. */
export async function compareLocal(before: Config, after: Config, limit: number): Promise<LocalDiff[]> {
  const [one, other] = [await recordsOf(before), await recordsOf(after)];
  const both = after.vlans
    .map(({ name }) => name)
    .filter((name) => before.vlans.some((vlan) => vlan.name === name));
  return [undefined, ...both].map((vlan) => diffOf(vlan, one, other, limit)).filter(({ count }) => count > 0);
}

function diffOf(
  vlan: string | undefined,
  before: RecordsByVlan,
  after: RecordsByVlan,
  limit: number,
): LocalDiff {
  const names = new Set([before, after].flatMap((side) => [...(side.get(vlan) ?? NOTHING).keys()]));
  const changed = [...names]
    .toSorted()
    .map((name) => ({ name, before: seenText(before, vlan, name), after: seenText(after, vlan, name) }))
    .filter((one) => one.before !== one.after);
  return { vlan, count: changed.length, first: changed.slice(0, limit) };
}

/** The records that the clients of a VLAN see at a name. */
function seenText(side: RecordsByVlan, vlan: string | undefined, name: string): string {
  const records = side.get(vlan)?.get(name) ?? side.get(undefined)?.get(name);
  return records === undefined ? 'none' : [...records].toSorted().join(', ');
}

async function recordsOf(config: Config): Promise<RecordsByVlan> {
  const byVlan = new Map<string | undefined, Records>();
  for (const { vlan, records, hosts } of localSources(config)) {
    const found = new Map<string, Set<string>>();
    const add = (record: LocalRecord, text?: string): void => {
      const name = nameToText(record.owner);
      const known = found.get(name) ?? new Set();
      found.set(name, known.add(recordText(record, text)));
    };
    for (const { text } of records) add(parseZoneLine(text), text);
    for (const { file } of hosts) await readHostsFile(file, { record: (record) => add(record) });
    byVlan.set(vlan, found);
  }
  return byVlan;
}

/** `300 A 192.0.2.1`: data other than addresses as they are written. */
function recordText({ type, ttl, rdata }: LocalRecord, written = ''): string {
  const word = typeToText(type);
  if (type === TYPE.A) return `${ttl} ${word} ${octetsToText(4, rdata)}`;
  if (type === TYPE.AAAA) return `${ttl} ${word} ${octetsToText(6, rdata)}`;
  const fields = written.trim().split(/\s+/);
  const at = fields.findIndex((field, index) => index > 0 && field.toUpperCase() === word);
  return `${ttl} ${word} ${fields.slice(at + 1).join(' ')}`;
}
