// Lists that are only observed (`mode: observe`): what they would block is counted for each list, logged now and then, and
// answered as without them.
import { nameToText } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { Judges } from './judges.ts';
import type { Address } from '../addresses/prefix.ts';
import { blockingLists } from './replies/verdict-error.ts';
import type { Log } from '../log/log.ts';
import type { Serving } from './serving.ts';

/** The shortest time between two logged observations, in milliseconds; those between are counted. */
const TELL_MS = 1000;

/** What an observer logs with. */
export interface ObserverParts {
  readonly log: Log;
  readonly nowMs: () => number;
}

/** Finds out what observed lists would block. One object lives as long as the process, while policies are replaced. */
export class Observer {
  /** By list: queries that it would have blocked. */
  readonly counts = new Map<string, number>();
  /** The name of the client that asks now, if it has one. */
  client: string | undefined;
  readonly #parts: ObserverParts | undefined;
  readonly #judges = new Judges();
  #toldAtMs = -Infinity;
  #since = 0;

  /** Without parts, observations are only counted and not logged. */
  constructor(parts?: ObserverParts) {
    this.#parts = parts;
  }

  /** Judges a name that the policy has not blocked, as if the observed lists were in force; true where they would block it. */
  name(serving: Serving, policy: Policy, name: NameView, qtype: number): boolean {
    const { trial } = policy;
    if (trial === undefined) return false;
    const judge = this.#judges.of(serving);
    if (judge.judge(trial, name, qtype) !== VERDICT.BLOCKED_BY_LIST) return false;
    const lists =
      judge.source >= 0
        ? [serving.listSources[judge.source] ?? '']
        : blockingLists(trial, serving, judge.setId, judge.depth === name.labelCount);
    this.#note(policy, lists, nameToText(name.wire));
    return true;
  }

  /** Judges an address in an answer in the same way. */
  address(serving: Serving, policy: Policy, address: Address): boolean {
    const { trial } = policy;
    if (trial === undefined) return false;
    const judge = this.#judges.of(serving);
    if (judge.judgeAddress(trial, address) !== VERDICT.BLOCKED_BY_LIST) return false;
    this.#note(policy, [serving.listSources[judge.source] ?? ''], 'an address in an answer');
    return true;
  }

  #note(policy: Policy, blocking: readonly string[], subject: string): void {
    const lists = blocking.filter((list) => policy.useOfList(list) === 'none');
    for (const list of lists) this.counts.set(list, (this.counts.get(list) ?? 0) + 1);
    this.#since++;
    if (this.#parts === undefined) return;
    const nowMs = this.#parts.nowMs();
    if (nowMs - this.#toldAtMs < TELL_MS) return;
    const { client } = this;
    const who = client === undefined ? '' : ` for client ${client}`;
    this.#parts.log.info(
      { event: 'observed', lists, policy: policy.name, client, subject, since: this.#since },
      `list ${lists.join(', ')} would block ${subject}${who} under policy ${policy.name}, and is only observed`,
    );
    this.#toldAtMs = nowMs;
    this.#since = 0;
  }
}
