// Answers from this server's own data: local data, and special names, which are never forwarded. An alias of local data may
// lead to a name that is not here; then the caller gets that name instead of an answer.
import type { NameView } from '../../dns/name-view.ts';
import type { QueryView } from '../../dns/query-view.ts';
import { LocalData } from '../../local/local-data.ts';
import type { LocalNode } from '../../local/local-data.ts';
import { SPECIAL, SpecialNames } from '../../policy/special-names.ts';
import { answerLocal, answerSpecial } from './answers.ts';
import type { LocalQuestion } from './answers.ts';
import type { Reply } from './reply.ts';
import type { Serving } from '../serving.ts';

/** Answers one query at a time: that in the view, into the reply. */
export class OwnAnswers {
  readonly #view: QueryView;
  readonly #reply: Reply;
  readonly #special = new SpecialNames();
  /** Refilled for each local answer, so that none is allocated. */
  readonly #question: LocalQuestion;

  /** `target` is filled with the name that an alias of local data leads to. */
  constructor(view: QueryView, reply: Reply, target: NameView) {
    this.#view = view;
    this.#reply = reply;
    this.#question = { qtype: 0, node: new Map(), data: new LocalData([]), target };
  }

  /** Whether clients ask for the name to learn whether they may bypass this server. */
  isCanary(name: NameView): boolean {
    return this.#special.isCanary(name);
  }

  /** Answers local data of a name; false where its alias leads to a name that is not here. */
  answerLocal(serving: Serving, node: LocalNode, name: NameView): boolean {
    const question = this.#question;
    question.qtype = this.#view.qtype;
    question.node = node;
    question.data = serving.local;
    // The name may be in `target`, which is filled again.
    const owner = name === this.#view.name ? undefined : name.wire.slice(0, name.length);
    return answerLocal(this.#reply, question, owner);
  }

  /** Answers a special name; false for one that is none, or that `forward` takes over. */
  answerSpecial(serving: Serving, name: NameView): boolean {
    const special = this.#special.find(name);
    if (special === SPECIAL.NONE) return false;
    const zone = this.#special.label;
    if (serving.forward.findClosest(name) >= 0 && serving.forward.label <= zone) return false;
    answerSpecial(this.#reply, this.#view, { name, special, zone, exists: serving.local.exists(name) });
    return true;
  }
}
