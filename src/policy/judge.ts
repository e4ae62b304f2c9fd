// The verdict on a name under a policy. The same function judges the question and every name that an answer
// leads to. Pure: it reads tables, and says what is so; what is answered is the server's business.
import { kindOfMember, sourceOfMember } from '../blocklists/rule.ts';
import { Matches } from '../blocklists/trie/matches.ts';
import type { NameView } from '../dns/name-view.ts';
import { nameToText } from '../dns/name-text.ts';
import { TYPE } from '../dns/numbers.ts';
import { holdsFor } from './list-effect.ts';
import type { Pattern } from './pattern.ts';
import type { Policy, Rulebook } from './policy.ts';
import type { Address } from './prefix-map.ts';
import { ANY_ALLOW, ANY_BLOCK, BIT, bitsAbout, bitsOf } from './verdict-table.ts';

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

/** In the place of a number: there is none. */
const NONE = -1;

/**
 * Judges one name or address at a time; what decided is left in its fields until the next one:
 * setId, depth, record   of the rule that won: its set, its number of labels (of an address: bits), its place in its trie or table;
 * source                 number of the lists' source whose rule won, where rules had to be told apart; else -1: all of the set did;
 * pattern                the house's regular expression that won, where one did;
 * expression             number of the lists' regular expression that won, or -1;
 * byRule                 whether a house rule decided, as against a list;
 * isAddress              whether an address was judged;
 * byType                 of a name that is blocked: whether it may not be for another type, by what lists say of some types only.
 */
export class Judge {
  setId = 0;
  depth = 0;
  record = 0;
  source = NONE;
  expression = NONE;
  byRule = false;
  isAddress = false;
  byType = false;
  pattern: Pattern | undefined;
  /** The strongest bit for types of which no rule speaks that blocks, and every one that allows. */
  #otherTypes = 0;
  readonly #book: Rulebook;
  readonly #matches = new Matches();

  constructor(book: Rulebook) {
    this.#book = book;
  }

  /**
   * House rules before lists, allow before `only` (DESIGN section 4). A name that an answer leads to is judged with the type
   * of the record that leads there, as AdGuard Home does.
   */
  judge(policy: Policy, name: NameView, qtype: number = TYPE.A): Verdict {
    this.#forget();
    this.isAddress = this.byType = false;
    this.#otherTypes = 0;
    const ruled = this.#judgeByRules(policy, name);
    this.byRule = ruled !== VERDICT.PASS;
    if (this.byRule) return ruled;
    if (policy.usesLists) {
      const byList = this.#judgeByLists(policy, name, qtype);
      if (byList !== VERDICT.PASS) {
        this.byType = byList === VERDICT.BLOCKED_BY_LIST && (this.#otherTypes & ANY_BLOCK) === 0;
        return byList;
      }
      if (policy.missingLists.length > 0 && policy.refuseWhenMissing) return VERDICT.NOT_READY;
    }
    if (!policy.only) return VERDICT.PASS;
    this.byType = (this.#otherTypes & ANY_ALLOW) !== 0;
    return VERDICT.BLOCKED_BY_ONLY;
  }

  /** What lists say about an address in an answer; precedence is as with names, the longer prefix being the deeper rule. */
  judgeAddress(policy: Policy, address: Address): Verdict {
    this.#forget();
    this.byRule = this.byType = false;
    this.isAddress = true;
    const { addresses } = this.#book;
    if (addresses === undefined || !policy.judgesAddresses) return VERDICT.PASS;
    const { parts } = addresses;
    let winner = 0;
    let best = NONE;
    for (let prefix = addresses.find(address); prefix >= 0; prefix = addresses.around(prefix)) {
      const set = addresses.setOf(prefix);
      for (let at = parts.setStart[set]!; at < parts.setStart[set + 1]!; at++) {
        const source = sourceOfMember(parts.members[at]!);
        const bits = bitsAbout(
          bitsOf(kindOfMember(parts.members[at]!), policy.listUses[source] ?? 'none'),
          true,
        );
        // Of equal ones the longer prefix was first, and in one prefix that with an answer wins.
        if (bits < winner || bits === 0) continue;
        if (bits === winner && (this.record !== prefix || !this.#isBetter(source, best))) continue;
        winner = bits;
        best = source;
        this.record = prefix;
      }
    }
    if (winner === 0) return VERDICT.PASS;
    this.source = best;
    this.setId = addresses.setOf(this.record);
    this.depth = addresses.lengthOf(this.record);
    return (winner & ANY_BLOCK) !== 0 ? VERDICT.BLOCKED_BY_LIST : VERDICT.ALLOWED;
  }

  #forget(): void {
    this.setId = this.depth = this.record = 0;
    this.source = this.expression = NONE;
    this.pattern = undefined;
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
  #judgeByLists(policy: Policy, name: NameView, qtype: number): Verdict {
    const matches = this.#matches;
    this.#book.lists.match(name, matches);
    let seen = 0;
    for (let i = 0; i < matches.count; i++)
      seen |= bitsAbout(policy.listTable[matches.setIds[i]!]!, matches.depths[i] === name.labelCount);
    let winner = 0;
    if ((seen & BIT.LOOK_HERE) !== 0) winner = this.#weigh(policy, name, qtype);
    else if (seen !== 0) winner = this.#decide(policy, name, winningBit(seen));
    // Expressions have no depth: they decide only what no rule with a name has decided as strongly.
    if (policy.strongestExpression > Math.min(winner, this.#otherTypes))
      winner = this.#tryExpressions(policy, name, qtype, winner);
    if (winner === 0) return VERDICT.PASS;
    return (winner & ANY_BLOCK) !== 0 ? VERDICT.BLOCKED_BY_LIST : VERDICT.ALLOWED;
  }

  /** Notes the deepest rule of the winning kind, told by the tables alone. */
  #decide(policy: Policy, name: NameView, winner: number): number {
    this.#otherTypes = winner;
    const matches = this.#matches;
    for (let i = matches.count - 1; i >= 0; i--) {
      const bits = bitsAbout(policy.listTable[matches.setIds[i]!]!, matches.depths[i] === name.labelCount);
      if ((bits & winner) === 0) continue;
      this.#note(i);
      break;
    }
    return winner;
  }

  /** Looks at every rule on the name's path: some hold for some queries only, or have an answer of their own. */
  #weigh(policy: Policy, name: NameView, qtype: number): number {
    const matches = this.#matches;
    const { setStart, members } = this.#book.lists.parts;
    let winner = 0;
    for (let i = matches.count - 1; i >= 0; i--) {
      const set = matches.setIds[i]!;
      const itself = matches.depths[i] === name.labelCount;
      for (let at = setStart[set]!; at < setStart[set + 1]!; at++) {
        const source = sourceOfMember(members[at]!);
        const use = policy.listUses[source] ?? 'none';
        const bits = bitsAbout(bitsOf(kindOfMember(members[at]!), use), itself);
        if (bits > this.#otherTypes) this.#noteOtherTypes(source, name, bits);
        if (bits < winner || bits === 0 || !this.#holds(source, name, qtype)) continue;
        if (bits === winner && (this.depth !== matches.depths[i] || !this.#isBetter(source, this.source)))
          continue;
        winner = bits;
        this.#note(i);
        this.source = source;
      }
    }
    return winner;
  }

  /** Tries the expressions that could win, in the order of their lists. */
  #tryExpressions(policy: Policy, name: NameView, qtype: number, winner: number): number {
    const { expressions } = this.#book;
    if (expressions === undefined) return winner;
    let best = winner;
    for (const number of expressions.index.matching(name, name.suffixHash(0))) {
      const member = expressions.members[number] ?? 0;
      const source = sourceOfMember(member);
      const bits = bitsAbout(bitsOf(kindOfMember(member), policy.listUses[source] ?? 'none'), true);
      if (bits > this.#otherTypes) this.#noteOtherTypes(source, name, bits);
      if (bits < best || bits <= winner || !this.#holds(source, name, qtype)) continue;
      if (bits === best && !this.#isBetter(source, this.source)) continue;
      best = bits;
      this.#forget();
      this.source = source;
      this.expression = number;
    }
    return best;
  }

  /** A rule about some types only blocks none of the others, and may allow one of them. */
  #noteOtherTypes(source: number, name: NameView, bits: number): void {
    const isTyped = this.#book.effects[source]?.isTyped === true;
    if (isTyped ? (bits & ANY_ALLOW) !== 0 : this.#holds(source, name, TYPE.A)) this.#otherTypes = bits;
  }

  #holds(source: number, name: NameView, qtype: number): boolean {
    const effect = this.#book.effects[source];
    return effect === undefined || !effect.isConditional || holdsFor(effect, name, qtype);
  }

  /**
   * Whether a rule comes before another at the same place that was looked at before it: one with an answer before one without,
   * then the earlier source, and in one source records before an answer that denies them.
   */
  #isBetter(source: number, other: number): boolean {
    const own = this.#book.effects[source];
    const known = this.#book.effects[other];
    if (own?.answer === undefined) return false;
    if (known?.answer === undefined) return true;
    if (own.source !== known.source) return own.source < known.source;
    return typeof own.answer === 'object' && typeof known.answer !== 'object';
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
