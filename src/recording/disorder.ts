// Takes the order out of records that do not tell who asked: what is asked together is asked by the same client. Those that tell it
// stay in their order, before them.
import { WORD } from '../querylog/record-layout.ts';
import { RECORDS_AT } from './batch.ts';

/** Puts the records without a client, of those before `end` (in words), behind the others, in an order by chance. */
export function disorder(words: Uint32Array, end: number): void {
  const cut: Uint32Array[] = [];
  let to = RECORDS_AT / 4;
  for (let at = to, next; at < end; at = next) {
    next = at + ((words[at + WORD.SIZE]! & 0xffff) >>> 2);
    if (isCut(words, at)) cut.push(words.slice(at, next));
    else {
      words.copyWithin(to, at, next);
      to += next - at;
    }
  }
  for (let left = cut.length; left > 0; left--) {
    const drawn = Math.floor(Math.random() * left);
    const record = cut[drawn]!;
    cut[drawn] = cut[left - 1]!;
    words.set(record, to);
    to += record.length;
  }
}

/** Whether a record has no client: whoever sends a query has an address. */
function isCut(words: Uint32Array, at: number): boolean {
  for (let i = at + WORD.CLIENT; i < at + WORD.CLIENT + 4; i++) if (words[i] !== 0) return false;
  return true;
}
