// The Extended DNS Error that tells a client why a name was not answered (RFC 8914), naming the list or rule. Made once
// for each rule that ever blocked something, then given again without allocating.
import { nameToText } from '../dns/name-text.ts';
import type { NameView } from '../dns/name-view.ts';
import { EDE } from '../dns/numbers.ts';
import { VERDICT } from '../policy/judge.ts';
import type { Judge, Verdict } from '../policy/judge.ts';
import type { Policy, Rulebook } from '../policy/policy.ts';
import { ANY_BLOCK, bitsAbout, bitsOf } from '../policy/verdict-table.ts';
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
  /** By policy number: by record of the rules' trie, by set of the lists' trie and whether at the name itself, by pattern, and for `only`. */
  readonly #byRule = new Map<number, Map<number, ExtendedError>>();
  readonly #byList = new Map<number, Map<number, ExtendedError>>();
  readonly #byText = new Map<string, ExtendedError>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The error for the judge's last verdict, which was on `name` under `policy`. */
  of(policy: Policy, verdict: Verdict, judge: Judge, name: NameView): ExtendedError {
    switch (verdict) {
      case VERDICT.BLOCKED_BY_LIST: {
        const itself = judge.depth === name.labelCount;
        const key = judge.setId * 2 + (itself ? 1 : 0);
        const errors = errorsOf(this.#byList, policy);
        return errors.get(key) ?? keep(errors, key, this.#listError(policy, judge.setId, itself));
      }
      case VERDICT.BLOCKED_BY_RULE: {
        const { pattern } = judge;
        if (pattern !== undefined) return this.#text(EDE.CENSORED, `rule ${pattern.text}`);
        const errors = errorsOf(this.#byRule, policy);
        return errors.get(judge.record) ?? keep(errors, judge.record, ruleError(name, judge.depth));
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

  #listError(policy: Policy, setId: number, itself: boolean): ExtendedError {
    const blocking = blockingLists(policy, this.#sources, setId, itself);
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

/**
 * The names of the policy's lists that block by this set, each once: by rules about the very name at which the set
 * stands (`itself`) or about names below it; those that are `$important` where there are any.
 */
export function blockingLists(policy: Policy, sources: Sources, setId: number, itself: boolean): string[] {
  const members = sources.book.lists.membersOf(setId).map(({ kind, source }) => {
    const list = sources.listSources[source] ?? '';
    return { list, bits: bitsAbout(bitsOf(kind, policy.useOfList(list)), itself) & ANY_BLOCK };
  });
  const strongest = Math.max(...members.map(({ bits }) => bits));
  return [...new Set(members.filter(({ bits }) => bits === strongest).map(({ list }) => list))];
}

/** The last `depth` labels of the name. */
export function matchedName(name: NameView, depth: number): string {
  return nameToText(name.wire, name.labelStart[name.labelCount - depth] ?? 0);
}

function ruleError(name: NameView, depth: number): ExtendedError {
  return toExtendedError(EDE.CENSORED, `rule ${matchedName(name, depth)}`);
}

function errorsOf(
  errors: Map<number, Map<number, ExtendedError>>,
  policy: Policy,
): Map<number, ExtendedError> {
  let own = errors.get(policy.number);
  if (own === undefined) errors.set(policy.number, (own = new Map()));
  return own;
}

function keep(errors: Map<number, ExtendedError>, key: number, error: ExtendedError): ExtendedError {
  errors.set(key, error);
  return error;
}
