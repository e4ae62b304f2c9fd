// What a rule does, as one small integer. Kinds are stored in trie images: the meaning of a number never changes.

/**
 * A rule's kind, 0 to 15: what it does, which names it is about, and whether exceptions can undo it.
 *
 * | bits | meaning   | values                                                                             |
 * |------|-----------|------------------------------------------------------------------------------------|
 * | 0    | action    | 0 `BLOCK`, 1 `ALLOW`                                                               |
 * | 1–2  | scope     | 0 `EXACT` that name; 1 `SUBTREE` the name and all below; 2 `BELOW` only what is below |
 * | 3    | important | 1 `IMPORTANT`: comes before rules that are not                                     |
 *
 * `BLOCK | SUBTREE | IMPORTANT` is `||x^$important`. Scope 3 is a mark and no rule: `CUT` says that its source's rules at
 * names above apply neither to the name nor to names below it, `CUT_BELOW` the same for names below only.
 */
export type RuleKind = number;

export const BLOCK = 0;
export const ALLOW = 1;
export const EXACT = 0 << 1;
export const SUBTREE = 1 << 1;
export const BELOW = 2 << 1;
export const IMPORTANT = 1 << 3;
export const CUT = 3 << 1;
export const CUT_BELOW = CUT | 1;

/** How many bits a kind takes. */
const KIND_BITS = 4;

const SCOPE_MASK = 3 << 1;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** Whether a kind is a mark and no rule. */
export function isCut(kind: RuleKind): boolean {
  return (kind & SCOPE_MASK) === CUT;
}

/** Whether a mark keeps the rules above from the name that was looked up; `itself` as in `isAbout`. */
export function cuts(kind: RuleKind, itself: boolean): boolean {
  return isCut(kind) && (!itself || (kind & CUT_BELOW) === CUT);
}

/** Whether a kind blocks; a mark does not. */
export function isBlock(kind: RuleKind): boolean {
  return (kind & ALLOW) === 0 && !isCut(kind);
}

/** Whether a kind allows; a mark does not. */
export function isAllow(kind: RuleKind): boolean {
  return (kind & ALLOW) !== 0 && !isCut(kind);
}

/** Whether the rule outweighs exceptions without `$important`. */
export function isImportant(kind: RuleKind): boolean {
  return (kind & IMPORTANT) !== 0;
}

/** Whether a rule is about the name that was looked up; `itself` is true where the rule stands at that very name. */
export function isAbout(kind: RuleKind, itself: boolean): boolean {
  const scope = kind & SCOPE_MASK;
  return scope === SUBTREE || (itself ? scope === EXACT : scope === BELOW);
}

/** Writes a kind for people: `block`, `allow subtree`, `block below important`, `exception`. */
export function kindToText(kind: RuleKind): string {
  if (isCut(kind)) return (kind & CUT_BELOW) === CUT ? 'exception' : 'exception below';
  const scope = kind & SCOPE_MASK;
  const words = [isAllow(kind) ? 'allow' : 'block'];
  if (scope === SUBTREE) words.push('subtree');
  if (scope === BELOW) words.push('below');
  if (isImportant(kind)) words.push('important');
  return words.join(' ');
}

/** How many sources one trie can tell apart. */
export const MAX_SOURCES = 65_535;

/** Packs a source number (0 to 65,534) and a kind into a member of a set: `source << 4 | kind`. */
export function toMember(source: number, kind: RuleKind): number {
  return (source << KIND_BITS) | kind;
}

/** The source number of a set's member. */
export function sourceOfMember(member: number): number {
  return member >>> KIND_BITS;
}

/** The kind of a set's member. */
export function kindOfMember(member: number): RuleKind {
  return member & KIND_MASK;
}
