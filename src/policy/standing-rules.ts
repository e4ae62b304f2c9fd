// Which rules on a name's path apply, and why the others do not: for explanations, and for code that judges single lists. It
// finds in full what list-weigher.ts finds for a query.
import { bitsAbout, bitsOf } from './verdict-table.ts';
import { cuts } from '../blocklists/rule.ts';
import type { RuleKind } from '../blocklists/rule.ts';
import type { NameView } from '../dns/name-view.ts';
import { holds } from './lists/list-weigher.ts';
import { isOrdered } from './lists/list-zones.ts';
import type { Rulebook } from './policy.ts';

/** A rule of a list that is on the path of a name. */
export interface PathRule {
  /** The number of its source, or of its effect. */
  readonly source: number;
  readonly kind: RuleKind;
  /** Labels of the name that it stands at; for an expression, the labels that a rule needs to come before it. */
  readonly depth: number;
  /** Whether it applies to the name itself wherever it stands: an expression, a rule about every name. */
  readonly isWhole: boolean;
}

/** Why a rule does not count. */
export type Fallen =
  'not about it' | 'not for this query' | 'a nearer name decides' | 'an earlier zone decides';

/** Gives for each rule why it does not count; undefined where it does. */
export function fallenRules(
  book: Rulebook,
  name: NameView,
  qtype: number,
  rules: readonly PathRule[],
): (Fallen | undefined)[] {
  const sourceOf = ({ source }: PathRule): number => book.effects[source]?.source ?? source;
  const cutAbove = new Map<number, number>();
  for (const rule of rules)
    if (cuts(rule.kind, rule.depth === name.labelCount) && !rule.isWhole)
      cutAbove.set(sourceOf(rule), Math.max(cutAbove.get(sourceOf(rule)) ?? 0, rule.depth));
  const alone = rules.map((rule): Fallen | undefined => {
    const { source, kind, depth, isWhole } = rule;
    const itself = isWhole || depth === name.labelCount;
    const cut = cutAbove.get(sourceOf(rule)) ?? 0;
    if (isWhole ? cut > 0 && cut >= depth : cut > depth) return 'a nearer name decides';
    if (cuts(kind, itself)) return undefined;
    if (bitsAbout(bitsOf(kind, 'as written'), itself) === 0 && !isWhole) return 'not about it';
    return holds(book, source, name, qtype) ? undefined : 'not for this query';
  });
  const deciding = new Map<number, number>();
  for (const [index, rule] of rules.entries()) {
    if (alone[index] !== undefined || !isOrdered(book.zones, rule.source) || cuts(rule.kind, false)) continue;
    const group = book.zones?.groups[rule.source] ?? -1;
    deciding.set(group, Math.min(deciding.get(group) ?? Infinity, sourceOf(rule)));
  }
  return rules.map((rule, index) => {
    const decides = deciding.get(book.zones?.groups[rule.source] ?? -1);
    const isLater = isOrdered(book.zones, rule.source) && decides !== undefined && decides < sourceOf(rule);
    return alone[index] ?? (isLater ? 'an earlier zone decides' : undefined);
  });
}
