// What lists answer where a rule of theirs decided: the records of all rules at its place that belong together, or a word.
import { shortPrefixToText } from '../../addresses/address-text.ts';
import type { RuleAnswer, RuleEffect, RuleRecord } from '../../blocklists/effect.ts';
import { isAbout, sourceOfMember } from '../../blocklists/rule.ts';
import type { Judge } from '../judge.ts';
import type { ListEffect } from './list-effect.ts';
import type { Rulebook } from '../policy.ts';

/** A record that is answered. */
type AnswerRecord = RuleRecord;

/** An answer without records, or records, of which there may be none. */
export type ListAnswer = Exclude<RuleAnswer, RuleRecord | 'redirect'> | readonly AnswerRecord[];

/** The answer of the rule that decided the judge's last verdict; undefined where it leaves that to the policy. */
export function answerOfLists(book: Rulebook, judge: Judge): ListAnswer | undefined {
  const decisive = book.effects[judge.source];
  const answer = decisive?.answer;
  if (decisive === undefined || answer === undefined) return undefined;
  if (typeof answer === 'string' && answer !== 'redirect') return answer;
  const sources = answer === 'redirect' ? sourcesAt(book, judge.setId) : sourcesBeside(book, judge);
  return [...new Set(sources)].flatMap((source) => recordBeside(decisive, book.effects[source]));
}

/** The prefix of a list that held the address that was judged last. */
export function prefixOfLists({ addresses }: Rulebook, judge: Judge): string {
  return addresses === undefined ? '' : shortPrefixToText(addresses.prefixOf(judge.record));
}

/** The sources of all rules at a name: a redirect answers the records there for names below as well. */
function sourcesAt({ lists }: Rulebook, setId: number): number[] {
  return lists.membersOf(setId).map(({ source }) => source);
}

/** The sources of all rules at the place of the deciding one, itself included, that are about the name. */
function sourcesBeside({ lists, addresses, expressions, zones }: Rulebook, judge: Judge): number[] {
  if (judge.isAddress) return (addresses?.membersOf(judge.setId) ?? []).map(({ source }) => source);
  if (judge.isRoot) return (zones?.roots ?? []).map(sourceOfMember);
  if (judge.expression < 0) {
    const own = { setId: judge.setId, itself: judge.isAtName };
    const sets = judge.addsUp ? judge.setsOnPath().toReversed() : [own];
    return sets.flatMap(({ setId, itself }) =>
      lists.membersOf(setId).flatMap(({ source, kind }) => (isAbout(kind, itself) ? [source] : [])),
    );
  }
  const { index, members } = expressions ?? { index: { texts: [] }, members: [] };
  const text = index.texts[judge.expression];
  return members.filter((_, number) => index.texts[number] === text).map(sourceOfMember);
}

/** The record of a rule that adds to a decisive one: of the same source, and for the same queries or at a `redirect`. */
function recordBeside(decisive: ListEffect, other: ListEffect | undefined): RuleRecord[] {
  const answer = other?.answer;
  if (other === undefined || typeof answer !== 'object' || other.source !== decisive.source) return [];
  if (decisive.effect.rewrites !== other.effect.rewrites) return [];
  const adds = decisive.answer === 'redirect' || conditionsOf(other.effect) === conditionsOf(decisive.effect);
  return adds ? [answer] : [];
}

function conditionsOf({ types, exceptTypes, exceptNames }: RuleEffect): string {
  return JSON.stringify([types, exceptTypes, exceptNames]);
}
