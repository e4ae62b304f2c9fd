// Says whether an answer ends in an alias whose target has to be asked for, since the upstream has not resolved it or cannot
// know it. Our own names are never reached through an alias of another server: that would be rebinding.
import type { NameView } from '../dns/name-view.ts';
import { RCODE, TYPE } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import { SPECIAL, SpecialNames } from '../policy/special-names.ts';
import { FACT } from '../answers/answer-facts.ts';
import type { AnswerView } from '../answers/answer-view.ts';
import type { LocalLayers } from '../local/local-layers.ts';
import type { Serving } from './serving.ts';

/** Looks at one answer at a time. */
export class AliasFollower {
  readonly #target: NameView;
  readonly #walk = new RecordWalk();
  readonly #special = new SpecialNames();

  /** `target` is filled with the name that has to be asked for. */
  constructor(target: NameView) {
    this.#target = target;
  }

  /** Whether the answer, which came from the upstream set of that number, leads a client that sees these local data on to `target`. */
  leadsOn(serving: Serving, local: LocalLayers, answer: AnswerView, setNumber: number): boolean {
    if ((answer.facts & FACT.leadsOn) === 0) return false;
    const saysMore = this.#readTarget(answer);
    const target = this.#target;
    const forward = serving.forward.findClosest(target);
    const isForwarded = forward >= 0;
    const special = this.#special.find(target);
    if (special !== SPECIAL.NONE && !(isForwarded && serving.forward.label <= this.#special.label))
      return false;
    if (local.find(target) !== undefined) return false;
    // An upstream's NODATA counts for the names that it knows, which those of our zones are not.
    const isAnswered = answer.rcode !== RCODE.NOERROR || saysMore;
    return !isAnswered || (isForwarded && forward !== setNumber);
  }

  /** Reads the target of the last alias; says whether an SOA record denies further records. */
  #readTarget(answer: AnswerView): boolean {
    const message = answer.message();
    const walk = this.#walk;
    let hasSoa = false;
    walk.start(message, message.length);
    while (walk.next()) {
      if (walk.section === 1 && walk.type === TYPE.CNAME)
        this.#target.read(message, walk.rdataOffset, message.length);
      if (walk.section === 2 && walk.type === TYPE.SOA) hasSoa = true;
    }
    return hasSoa;
  }
}
