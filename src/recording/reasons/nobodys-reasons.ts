// Reasons as they are told where nobody may learn who asked: what was done at the desk for one client says whom it was done for.
import type { Reason } from '../../querylog/messages.ts';
import { NO_REASON } from '../../querylog/reason-table.ts';
import type { ReasonTable } from '../../querylog/reason-table.ts';

/** Reasons without clients, of one state. */
export class NobodysReasons {
  readonly #reasons: ReasonTable;
  /** By number, once it was asked for. */
  readonly #numbers: number[] = [];

  constructor(reasons: ReasonTable) {
    this.#reasons = reasons;
  }

  /** The number of a reason without what tells of a client. */
  numberOf(reason: number): number {
    const known = this.#numbers[reason];
    if (known !== undefined) return known;
    const told = this.#reasons.get(reason);
    return (this.#numbers[reason] = told === undefined ? NO_REASON : this.#reasons.add(forNobody(told)));
  }
}

/** A desk's text says for whom it is; a schedule's is about the whole policy. */
function forNobody(reason: Reason): Reason {
  if (reason.kind === 'desk') return { ...reason, text: 'what was done at the desk' };
  return { ...reason, text: reason.text.replace(/ \((?!schedule ).* for .*$/, '') };
}
