// The Extended DNS Error that tells a client why a name was not answered (RFC 8914), naming the list or rule. Made once
// for each rule that ever blocked something, then given again without allocating.
import { nameToText } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import { EDE } from '../dns/numbers.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Judge, Verdict } from '../policy/judge.ts';
import type { Policy, Rulebook } from '../policy/policy.ts';
import { ANY_BLOCK, bitsOf } from '../policy/verdict-table.ts';
import { toExtendedError } from './reply.ts';
import type { ExtendedError } from './reply.ts';

/** What verdict errors need of a state of the service. */
interface Sources {
  readonly book: Rulebook;
  readonly listSources: readonly string[];
}

/** The errors of one state of the service. */
export class VerdictErrors {
  readonly #sources: Sources;
  /** By policy number: by record of the rules' trie, by set of the lists' trie, by pattern, and for `only`. */
  readonly #byRule = new Map<number, Map<number, ExtendedError>>();
  readonly #byList = new Map<number, Map<number, ExtendedError>>();
  readonly #byText = new Map<string, ExtendedError>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The error for the judge's last verdict, which was on `name` under `policy`. */
  of(policy: Policy, verdict: Verdict, judge: Judge, name: NameView): ExtendedError {
    switch (verdict) {
      case VERDICT.BLOCKED_BY_LIST:
        return memo(this.#byList, policy.number, judge.setId, () => this.#listError(policy, judge.setId));
      case VERDICT.BLOCKED_BY_RULE: {
        const { pattern } = judge;
        if (pattern !== undefined) return this.#text(EDE.CENSORED, `rule ${pattern.text}`);
        return memo(this.#byRule, policy.number, judge.record, () =>
          toExtendedError(EDE.CENSORED, `rule ${matchedName(name, judge.depth)}`),
        );
      }
      case VERDICT.BLOCKED_BY_ONLY:
        return this.#text(EDE.CENSORED, `policy ${policy.name} allows only what it names`);
      case VERDICT.NOT_READY:
        return this.#text(EDE.NOT_READY, `list ${policy.missingLists.join(', ')} has not been read yet`);
      case VERDICT.PASS:
      case VERDICT.ALLOWED:
        throw new Error('a name that is not blocked has no error');
    }
  }

  #listError(policy: Policy, setId: number): ExtendedError {
    const blocking = blockingLists(policy, this.#sources, setId);
    return toExtendedError(EDE.BLOCKED, `list ${blocking.join(', ')}`);
  }

  #text(code: number, text: string): ExtendedError {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const error = toExtendedError(code, text);
    this.#byText.set(text, error);
    return error;
  }
}

/** The names of the policy's lists that block by this set, each once. */
export function blockingLists(policy: Policy, sources: Sources, setId: number): string[] {
  const lists = sources.book.lists
    .membersOf(setId)
    .filter(
      ({ kind, source }) =>
        (bitsOf(kind, policy.useOfList(sources.listSources[source] ?? '')) & ANY_BLOCK) !== 0,
    )
    .map(({ source }) => sources.listSources[source] ?? '');
  return [...new Set(lists)];
}

/** The last `depth` labels of the name. */
export function matchedName(name: NameView, depth: number): string {
  return nameToText(name.wire, name.labelStart[name.labelCount - depth] ?? 0);
}

function memo(
  errors: Map<number, Map<number, ExtendedError>>,
  policy: number,
  key: number,
  make: () => ExtendedError,
): ExtendedError {
  let own = errors.get(policy);
  if (own === undefined) errors.set(policy, (own = new Map()));
  let error = own.get(key);
  if (error === undefined) own.set(key, (error = make()));
  return error;
}
