// The verdict on a name under a policy. The same function judges the question and every name that an answer
// leads to. Pure: it reads tables, and says what is so; what is answered is the server's business.
import { Matches } from '../blocklists/trie/matches.ts';
import type { NameView } from '../dns/name-view.ts';
import { nameToText } from '../dns/name-text.ts';
import type { Pattern } from './pattern.ts';
import type { Policy, Rulebook } from './policy.ts';
import { ANY_ALLOW, ANY_BLOCK, BIT, bitsAbout } from './verdict-table.ts';

/** What a policy says about a name. The order of the numbers means nothing. */
export const VERDICT = {
  /** No rule and no list speaks about it. */
  PASS: 0,
  /** A rule or list allows it by name. */
  ALLOWED: 1,
  BLOCKED_BY_RULE: 2,
  BLOCKED_BY_LIST: 3,
  /** Nothing allows it, and the policy has `only: true`. */
  BLOCKED_BY_ONLY: 4,
  /** A list that could block it has never been read. */
  NOT_READY: 5,
} as const;

/** A value of VERDICT. */
export type Verdict = (typeof VERDICT)[keyof typeof VERDICT];

/** Whether the verdict means that the name is not answered. */
export function isBlocked(verdict: Verdict): boolean {
  return verdict >= VERDICT.BLOCKED_BY_RULE && verdict <= VERDICT.BLOCKED_BY_ONLY;
}

/**
 * Judges one name at a time; what decided is left in its fields until the next one:
 * setId, depth, record   of the rule that won: its set, its number of labels, its place in its trie;
 * pattern                the regular expression that won, where one did;
 * byRule                 whether a house rule decided, as against a list.
 */
export class Judge {
  setId = 0;
  depth = 0;
  record = 0;
  byRule = false;
  pattern: Pattern | undefined;
  readonly #book: Rulebook;
  readonly #matches = new Matches();

  constructor(book: Rulebook) {
    this.#book = book;
  }

  /** House rules before lists, allow before `only` (DESIGN section 4). */
  judge(policy: Policy, name: NameView): Verdict {
    this.setId = this.depth = this.record = 0;
    this.pattern = undefined;
    const ruled = this.#judgeByRules(policy, name);
    this.byRule = ruled !== VERDICT.PASS;
    if (this.byRule) return ruled;
    if (policy.usesLists) {
      const byList = this.#judgeByLists(policy, name);
      if (byList !== VERDICT.PASS) return byList;
      if (policy.missingLists.length > 0 && policy.refuseWhenMissing) return VERDICT.NOT_READY;
    }
    return policy.only ? VERDICT.BLOCKED_BY_ONLY : VERDICT.PASS;
  }

  /** The most specific rule wins, allow wins a tie; regular expressions come after every rule with a name. */
  #judgeByRules(policy: Policy, name: NameView): Verdict {
    const matches = this.#matches;
    this.#book.rules.match(name, matches);
    for (let i = matches.count - 1; i >= 0; i--) {
      const depth = matches.depths[i]!;
      const bits = bitsAbout(policy.ruleTable[matches.setIds[i]!]!, depth === name.labelCount);
      if (bits === 0) continue;
      this.#note(i);
      return (bits & ANY_ALLOW) !== 0 ? VERDICT.ALLOWED : VERDICT.BLOCKED_BY_RULE;
    }
    if (policy.allowPatterns.length + policy.blockPatterns.length === 0) return VERDICT.PASS;
    return this.#judgeByPatterns(policy, nameToText(name.wire));
  }

  #judgeByPatterns(policy: Policy, text: string): Verdict {
    this.pattern = policy.allowPatterns.find((pattern) => pattern.matches(text));
    if (this.pattern !== undefined) return VERDICT.ALLOWED;
    this.pattern = policy.blockPatterns.find((pattern) => pattern.matches(text));
    return this.pattern === undefined ? VERDICT.PASS : VERDICT.BLOCKED_BY_RULE;
  }

  /** Among lists allow beats block at any depth, `$important` beats that; the deepest rule of the winning kind is named. */
  #judgeByLists(policy: Policy, name: NameView): Verdict {
    const matches = this.#matches;
    this.#book.lists.match(name, matches);
    let seen = 0;
    for (let i = 0; i < matches.count; i++)
      seen |= bitsAbout(policy.listTable[matches.setIds[i]!]!, matches.depths[i] === name.labelCount);
    if (seen === 0) return VERDICT.PASS;
    const winner = winningBit(seen);
    for (let i = matches.count - 1; i >= 0; i--) {
      const bits = bitsAbout(policy.listTable[matches.setIds[i]!]!, matches.depths[i] === name.labelCount);
      if ((bits & winner) === 0) continue;
      this.#note(i);
      break;
    }
    return (winner & ANY_BLOCK) !== 0 ? VERDICT.BLOCKED_BY_LIST : VERDICT.ALLOWED;
  }

  #note(match: number): void {
    this.setId = this.#matches.setIds[match]!;
    this.depth = this.#matches.depths[match]!;
    this.record = this.#matches.records[match]!;
  }
}

function winningBit(seen: number): number {
  if ((seen & BIT.IMPORTANT_ALLOW_HERE) !== 0) return BIT.IMPORTANT_ALLOW_HERE;
  if ((seen & BIT.IMPORTANT_BLOCK_HERE) !== 0) return BIT.IMPORTANT_BLOCK_HERE;
  return (seen & BIT.ALLOW_HERE) !== 0 ? BIT.ALLOW_HERE : BIT.BLOCK_HERE;
}
