// How a query was answered: all of a record but who asked for what, when, and how long it took. Much fewer than queries, and kept once
// each. The rule: it says things by their names, since numbers are only those of one state, or of one release.
import type { Reason } from '../../../querylog/messages.ts';
import { FLAG, WORD } from '../../../querylog/record-layout.ts';
import { VERDICT } from '../../../policy/judge.ts';
import { STEP } from '../../../server/step.ts';
import type { Batch } from '../../batch.ts';

/** Stands for a number where there is none. */
const NONE = 0xffff;
/** In 8 bits: an INFO-CODE above 253, whatever it is. */
const HIGH_ERROR = 255;

/** How a query was answered. */
export interface Manner {
  readonly vlan: string;
  readonly policy: string;
  readonly qtype: number;
  readonly rcode: number;
  /** The names of a STEP and of a VERDICT, in small letters. */
  readonly step: string;
  readonly verdict: string;
  /** FLAG bits, but for IPV6 and NAMELESS. */
  readonly flags: number;
  readonly reason: Reason | undefined;
  /** Labels of the rule that decided, where the reason does not tell the rule. */
  readonly depth: number;
  /** INFO-CODE of the Extended DNS Error. */
  readonly error: number | undefined;
  readonly upstream: string | undefined;
  readonly server: string | undefined;
}

const stepNames = namesOf(STEP);
const verdictNames = namesOf(VERDICT);

function namesOf(numbers: Readonly<Record<string, number>>): readonly string[] {
  const names: string[] = [];
  for (const [name, number] of Object.entries(numbers)) names[number] = name.toLowerCase();
  return names;
}

/** Words of a record that its manner depends on, as mannerKey fills them. */
export const MANNER_WORDS = 7;

/** Fills in the words of the record at a place of a batch that its manner depends on: the same in one state, the same manner. */
export function mannerKey({ words }: Batch, at: number, key: Uint32Array): void {
  key[0] = words[at + WORD.QTYPE_RCODE]!;
  key[1] = words[at + WORD.VLAN_POLICY]!;
  key[2] = words[at + WORD.ENTRY_SET]! >>> 16;
  key[3] = words[at + WORD.STEP_VERDICT_DEPTH_ERROR]!;
  key[4] = words[at + WORD.REASON]!;
  key[5] = words[at + WORD.PORT_SERVER]! >>> 16;
  key[6] = (words[at + WORD.SIZE]! >>> 24) & ~(FLAG.IPV6 | FLAG.NAMELESS);
}

/** The manner of the record at a place of a batch. */
export function mannerOf(batch: Batch, at: number): Manner {
  const { words, meaning } = batch;
  const { state } = meaning;
  const questionAndCode = words[at + WORD.QTYPE_RCODE]!;
  const vlanAndPolicy = words[at + WORD.VLAN_POLICY]!;
  const end = words[at + WORD.STEP_VERDICT_DEPTH_ERROR]!;
  const error = end >>> 24;
  const reason = meaning.reason(words[at + WORD.REASON]!);
  return {
    vlan: state.vlans[vlanAndPolicy & NONE]?.name ?? '',
    policy: state.policies[vlanAndPolicy >>> 16]?.name ?? '',
    qtype: questionAndCode & NONE,
    rcode: questionAndCode >>> 16,
    step: stepNames[end & 255] ?? String(end & 255),
    verdict: verdictNames[(end >>> 8) & 255] ?? String((end >>> 8) & 255),
    flags: (words[at + WORD.SIZE]! >>> 24) & ~(FLAG.IPV6 | FLAG.NAMELESS),
    reason,
    depth: reason === undefined || reason.rule !== undefined ? 0 : (end >>> 16) & 255,
    error: error === 0 || error === HIGH_ERROR ? undefined : error - 1,
    upstream: state.sets[words[at + WORD.ENTRY_SET]! >>> 16],
    server: state.servers[words[at + WORD.PORT_SERVER]! >>> 16],
  };
}
