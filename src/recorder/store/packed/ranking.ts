// How often each name was asked for by each VLAN, over as many blocks as a group has, so that a ranking over weeks reads some dozens of
// rows and no record. As octets: VLANs, each with its names, rising, with queries and blocked ones.
import type { Block } from './block.ts';
import { OctetReader, OctetWriter } from './octets.ts';

/** Blocks of a group: those whose numbers have the same quotient. */
export const GROUP_BLOCKS = 16;

/** What a name had. */
interface Counted {
  queries: number;
  blocked: number;
}

/** Counts of names by VLAN. */
export class Ranking {
  readonly #vlans = new Map<string, Map<number, Counted>>();

  /** Counts the records of a block; `manner` says of an id of a manner what counts. */
  add(block: Block, manner: (id: number) => { readonly vlan: string; readonly blocked: boolean }): void {
    const { names, manners, nameTerms, mannerTerms } = block;
    const kinds = Array.from(mannerTerms, (id) => {
      const { vlan, blocked } = manner(id);
      return { counts: this.#vlan(vlan), blocked };
    });
    for (let at = 0; at < block.count; at++) {
      const { counts, blocked } = kinds[manners[at]!]!;
      const id = nameTerms[names[at]!]!;
      let counted = counts.get(id);
      if (counted === undefined) counts.set(id, (counted = { queries: 0, blocked: 0 }));
      counted.queries++;
      if (blocked) counted.blocked++;
    }
  }

  pack(): Uint8Array {
    const writer = new OctetWriter();
    for (const [vlan, counts] of this.#vlans) {
      writer.text(vlan);
      const entries = [...counts].toSorted(([a], [b]) => a - b);
      writer.number(entries.length);
      let before = 0;
      for (const [id, { queries, blocked }] of entries) {
        writer.number(id - before);
        before = id;
        // Blocked in part, or not, or all: most names are one of the latter two, and need one number.
        writer.number(queries * 3 + (blocked === 0 ? 0 : blocked === queries ? 1 : 2));
        if (blocked !== 0 && blocked !== queries) writer.number(blocked);
      }
    }
    return writer.take();
  }

  #vlan(vlan: string): Map<number, Counted> {
    let counts = this.#vlans.get(vlan);
    if (counts === undefined) this.#vlans.set(vlan, (counts = new Map()));
    return counts;
  }
}

/** Tells the counts that octets hold, of one VLAN or of all. */
export function eachRanked(
  packed: Uint8Array,
  vlan: string | undefined,
  tell: (name: number, queries: number, blocked: number) => void,
): void {
  const reader = new OctetReader(packed);
  while (!reader.isAtEnd) {
    const of = reader.text();
    const isMeant = vlan === undefined || vlan === of;
    const names = reader.number();
    let id = 0;
    for (let place = 0; place < names; place++) {
      id += reader.number();
      const both = reader.number();
      const queries = Math.floor(both / 3);
      const part = both % 3;
      const blocked = part === 0 ? 0 : part === 1 ? queries : reader.number();
      if (isMeant) tell(id, queries, blocked);
    }
  }
}
