// How often each name was asked for by each VLAN, over as many blocks as a group has, so that a ranking over weeks reads some dozens of
// rows and no record. As octets: VLANs, each with its names, rising, with queries and blocked ones.
import type { Block } from './block.ts';
import { OctetReader, OctetWriter } from './octets.ts';
import { Counts } from './term-list.ts';

/** Blocks of a group: those whose numbers have the same quotient. */
export const GROUP_BLOCKS = 16;

/** Counts of names by VLAN: queries, and blocked ones. */
export class Ranking {
  readonly #vlans = new Map<string, Counts>();

  /** Counts the records of a block; `manner` says of an id of a manner what counts. */
  add(block: Block, manner: (id: number) => { readonly vlan: string; readonly blocked: boolean }): void {
    const { names, manners, nameTerms, mannerTerms } = block;
    const kinds = Array.from(mannerTerms, (id) => {
      const { vlan, blocked } = manner(id);
      return { counts: this.#vlan(vlan), blocked: blocked ? 1 : 0 };
    });
    for (let at = 0; at < block.count; at++) {
      const { counts, blocked } = kinds[manners[at]!]!;
      counts.add(nameTerms[names[at]!]!, 1, blocked);
    }
  }

  pack(): Uint8Array {
    const writer = new OctetWriter();
    for (const [vlan, counts] of this.#vlans) {
      writer.text(vlan);
      const numbers = Uint32Array.from(counts.ids, (_, number) => number);
      const sorted = numbers.toSorted((a, b) => counts.ids[a]! - counts.ids[b]!);
      writer.number(numbers.length);
      let before = 0;
      for (const number of sorted) {
        const [queries, blocked] = [counts.first(number), counts.second(number)];
        writer.number(counts.ids[number]! - before);
        before = counts.ids[number]!;
        // Blocked in part, or not, or all: most names are one of the latter two, and need one number.
        writer.number(queries * 3 + (blocked === 0 ? 0 : blocked === queries ? 1 : 2));
        if (blocked !== 0 && blocked !== queries) writer.number(blocked);
      }
    }
    return writer.take();
  }

  #vlan(vlan: string): Counts {
    let counts = this.#vlans.get(vlan);
    if (counts === undefined) this.#vlans.set(vlan, (counts = new Counts()));
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
