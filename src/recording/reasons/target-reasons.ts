// Reasons with the name that an answer led to and that decided: a number for each reason and name. The rule: bounded, and nothing is
// allocated for what was seen before; what finds no room is told without the name.
import { nameToText } from '../../dns/name-text.ts';
import type { NameView } from '../../dns/name-view.ts';
import { NO_REASON } from '../../querylog/reason-table.ts';
import type { ReasonTable } from '../../querylog/reason-table.ts';

/** Places by hash, a power of two; half of them are taken at most. */
const SLOTS = 8192;

/** Reasons with names, of one state. */
export class TargetReasons {
  readonly #reasons: ReasonTable;
  /** By slot: number of the reason without the name and with it, 0 where the slot is free; and the name in wire form. */
  #plain = new Uint32Array();
  #numbers = new Uint32Array();
  readonly #names: Uint8Array[] = [];
  #taken = 0;

  constructor(reasons: ReasonTable) {
    this.#reasons = reasons;
  }

  /** The number of a reason with this name. */
  numberOf(reason: number, target: NameView): number {
    if (this.#taken === 0) this.#begin();
    let slot = (target.suffixHash(0) ^ Math.imul(reason, 0x9e37_79b1)) & (SLOTS - 1);
    for (; this.#numbers[slot] !== 0; slot = (slot + 1) & (SLOTS - 1))
      if (this.#plain[slot] === reason && isName(this.#names[slot]!, target)) return this.#numbers[slot]!;
    if (this.#taken >= SLOTS / 2) return reason;
    const plain = this.#reasons.get(reason);
    const number =
      plain === undefined ? NO_REASON : this.#reasons.add({ ...plain, target: nameToText(target.wire) });
    if (number === NO_REASON) return reason;
    this.#taken++;
    this.#plain[slot] = reason;
    this.#numbers[slot] = number;
    this.#names[slot] = target.wire.slice(0, target.length);
    return number;
  }

  /** Most states never need the room. */
  #begin(): void {
    if (this.#numbers.length > 0) return;
    this.#plain = new Uint32Array(SLOTS);
    this.#numbers = new Uint32Array(SLOTS);
  }
}

function isName(name: Uint8Array, target: NameView): boolean {
  return name.length === target.length && target.suffixEquals(0, name);
}
