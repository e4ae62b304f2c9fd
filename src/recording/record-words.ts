// The parts of a record that are what the outcome of its query says, word by word (src/querylog/record-layout.ts). Nothing is allocated.
import { VERDICT } from '../policy/judge.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../querylog/record-layout.ts';
import type { Incoming } from '../server/entrance.ts';
import type { Outcome } from '../server/outcome/outcome.ts';
import type { ExtendedError } from '../server/replies/reply.ts';
import { STEP } from '../server/step.ts';

/** The bits of WORD.SIZE that are the size of a record. */
export const SIZE_BITS = 0xffff;

/** Whether the first octet of a word is its lowest. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Writes who asked. */
export function writeClient(words: Uint32Array, at: number, from: Uint32Array): void {
  words[at] = from[0]!;
  words[at + 1] = from[1]!;
  words[at + 2] = from[2]!;
  words[at + 3] = from[3]!;
}

/** Writes what became of the query. */
export function writeOutcome(words: Uint32Array, at: number, outcome: Outcome): void {
  const { verdict, error } = outcome;
  const depth = verdict === VERDICT.PASS ? 0 : outcome.depth;
  const code = error === undefined ? 0 : errorOf(error);
  words[at + WORD.WAITED] = 0;
  words[at + WORD.QTYPE_RCODE] = outcome.qtype | (outcome.rcode << 16);
  words[at + WORD.STEP_VERDICT_DEPTH_ERROR] = outcome.step | (verdict << 8) | (depth << 16) | (code << 24);
  words[at + WORD.REASON] = outcome.reason;
}

/** Writes the name; gives the sizes of record and name as a record begins with them. */
export function writeName(
  words: Uint32Array,
  at: number,
  { isRead, name, nameWords: from }: Outcome,
): number {
  const octets = isRead ? name.length : 0;
  const count = (octets + 3) >>> 2;
  if (count > 0) {
    // Four at a time, since lengths are hard to foretell: what is too much is written over by the next record, or never sent.
    for (let i = 0; i < count; i += 4) {
      words[at + i] = from[i]!;
      words[at + i + 1] = from[i + 1]!;
      words[at + i + 2] = from[i + 2]!;
      words[at + i + 3] = from[i + 3]!;
    }
    // What lies behind the name in its last word is of an earlier one.
    const unused = (-octets & 3) * 8;
    const last = at + count - 1;
    words[last] = words[last]! & (IS_LITTLE_ENDIAN ? -1 >>> unused : -1 << unused);
  }
  return (HEAD_OCTETS + count * 4) | (octets << 16);
}

/** What the query was, in bits of FLAG. */
export function flagsOf(outcome: Outcome, { entrance, client }: Incoming): number {
  const { step, isSafeSearch } = outcome;
  let flags = 0;
  if (client.family === 6) flags |= FLAG.IPV6;
  if (isSafeSearch) flags |= FLAG.SAFE_SEARCH;
  else if (outcome.isLedOn || step === STEP.BLOCKED || step === STEP.CANARY) flags |= FLAG.BLOCKED;
  if (step === STEP.INSPECTED) flags |= FLAG.BLOCKED;
  if (outcome.isHit) flags |= FLAG.HIT;
  if (outcome.isStale) flags |= FLAG.STALE;
  if (entrance.transport.isFramed) flags |= FLAG.STREAM;
  return flags;
}

/** The INFO-CODE as a record has it. */
function errorOf(error: ExtendedError): number {
  const code = (error[0]! << 8) | error[1]!;
  return code > 253 ? 255 : code + 1;
}
