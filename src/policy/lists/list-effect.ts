// What rules of lists say beyond their kind, prepared for queries: conditions as numbers and a table of names.
import type { EffectReport } from '../../blocklists/effect-numbers.ts';
import { isConditional } from '../../blocklists/effect.ts';
import type { RuleAnswer, RuleEffect } from '../../blocklists/effect.ts';
import { parseName } from '../../dns/name-text.ts';
import { TYPE, typeToText } from '../../dns/numbers.ts';
import { NameTable } from '../../dns/name-table.ts';
import type { NameView } from '../../dns/name-view.ts';

/** An effect. */
export interface ListEffect {
  /** The number of the source that has it. */
  readonly source: number;
  /** As the list has it; equal effects of one source are one. */
  readonly effect: RuleEffect;
  readonly answer: RuleAnswer | undefined;
  /** Whether it is about some types or names only. */
  readonly isConditional: boolean;
  /** Whether it is about some types only. */
  readonly isTyped: boolean;
  readonly exceptNames: NameTable | undefined;
  /** The target of its alias, which the rule is not about itself; undefined without an alias. */
  readonly target: Uint8Array | undefined;
}

/** Effects by number, where numbers below `sourceCount` are plain sources. */
export function prepareEffects(
  reports: readonly EffectReport[],
  sourceCount: number,
): readonly (ListEffect | undefined)[] {
  const effects: (ListEffect | undefined)[] = Array.from({ length: sourceCount }, () => undefined);
  for (const report of reports) effects.push(prepare(report));
  return effects;
}

function prepare({ source, effect }: EffectReport): ListEffect {
  const { exceptNames, answer, types, exceptTypes } = effect;
  const target = targetOf(answer);
  return {
    source,
    effect,
    answer,
    isConditional: isConditional(effect) || target !== undefined,
    isTyped: types !== undefined || exceptTypes !== undefined,
    exceptNames: exceptNames && new NameTable(exceptNames.map((name) => [parseName(name), 0] as const)),
    target,
  };
}

/** An alias `*.y` begins with the qname, so it is never the qname itself. */
function targetOf(answer: RuleAnswer | undefined): Uint8Array | undefined {
  if (typeof answer !== 'object' || answer.type !== TYPE.CNAME || answer.data.startsWith('*'))
    return undefined;
  return parseName(answer.data);
}

/** Whether a rule with the effect is about a query for a name and a type. */
export function holdsFor(
  { effect, exceptNames, target }: ListEffect,
  name: NameView,
  qtype: number,
): boolean {
  if (target !== undefined && isSameName(target, name)) return false;
  if (effect.types !== undefined && !effect.types.includes(qtype)) return false;
  if (effect.exceptTypes?.includes(qtype) === true) return false;
  return exceptNames === undefined || exceptNames.findClosest(name) < 0;
}

/** Names in lower-cased wire form, octet by octet. */
function isSameName(wire: Uint8Array, name: NameView): boolean {
  if (wire.length !== name.length) return false;
  for (let at = 0; at < wire.length; at++) if (wire[at] !== name.wire[at]) return false;
  return true;
}

/** Writes an effect for people: `only AAAA, not com and below, answers nodata`. */
export function effectToText({ types, exceptTypes, exceptNames, answer, zone }: RuleEffect): string {
  const parts: string[] = [];
  if (types !== undefined) parts.push(`only ${types.map(typeToText).join(' ')}`);
  if (exceptTypes !== undefined) parts.push(`not ${exceptTypes.map(typeToText).join(' ')}`);
  if (exceptNames !== undefined) parts.push(`not ${exceptNames.join(' ')} and below`);
  if (zone !== undefined && answer === undefined) parts.push(`${zone} zone`);
  if (answer !== undefined) parts.push(answerToText(answer));
  return parts.join(', ');
}

function answerToText(answer: RuleAnswer): string {
  if (typeof answer === 'object') return `answers ${typeToText(answer.type)} ${answer.data}`;
  switch (answer) {
    case 'drop':
      return 'answers nothing at all';
    case 'tcp':
      return 'answers over TCP only';
    case 'redirect':
      return 'answers the data at this name';
    case 'nxdomain':
    case 'nodata':
    case 'refused':
    case 'zero':
      return `answers ${answer}`;
  }
}
