// AdGuard's DNS filtering rules, the part of adblock syntax that is about names. adguard-modifiers.ts reads what follows `$`;
// a rule that is for browsers is skipped whole.
import { isConditional } from '../effect.ts';
import type { RuleEffect } from '../effect.ts';
import { ALLOW, BELOW, BLOCK, EXACT, IMPORTANT, SUBTREE } from '../rule.ts';
import type { RuleKind } from '../rule.ts';
import { readModifiers } from './adguard-modifiers.ts';
import { toExpression } from './glob.ts';
import { parseHostsLine } from './hosts.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, RuleSink } from './line-format.ts';
import {
  AT,
  BAR,
  CARET,
  COLON,
  DOLLAR,
  DOT,
  endOfWord,
  find,
  HASH,
  HYPHEN,
  isAddress,
  OPEN_BRACKET,
  SLASH,
  STAR,
  startOfSpacedComment,
  startsWith,
  TILDE,
  toText,
  trimEnd,
} from './text/octets.ts';

export const adguard: LineFormat = { name: 'adguard', takesTopLevel: true, open: () => ({ parseLine }) };

function parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  // `[Adblock Plus 2.0]` names the syntax and is no rule.
  if (octets[start] === OPEN_BRACKET) return;
  const stop = trimEnd(octets, start, startOfSpacedComment(octets, start, end));
  const word = endOfWord(octets, start, stop);
  if (isCosmetic(octets, start, stop)) sink.skip(SKIPPED.cosmetic);
  // Values of modifiers may have spaces in them.
  else if (word === stop || find(octets, DOLLAR, start, word) !== -1) parseRule(octets, start, stop, sink);
  else if (isAddress(octets, start, word)) parseHostsLine(octets, start, end, sink);
  else sink.fault('more than one word');
}

/** Tells an element rule: `##`, `#@#`, `#?#`, `#$#`, `#%#`, `$$` or `$@$` somewhere in it. */
export function isCosmetic(octets: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 1 < end; at++) {
    const next = octets[at + 1]!;
    if (
      octets[at] === HASH &&
      (next === HASH || (octets[at + 2] === HASH && '@?$%'.includes(String.fromCharCode(next))))
    )
      return true;
    if (octets[at] === DOLLAR && (next === DOLLAR || (next === AT && octets[at + 2] === DOLLAR))) return true;
  }
  return false;
}

/** A rule without its pattern. */
interface RuleSoFar {
  readonly sink: RuleSink;
  /** Action and importance; the pattern's anchors give the scope. */
  readonly kind: RuleKind;
  readonly effect: RuleEffect | undefined;
  /** Whether the line is the pattern and nothing else. */
  readonly isBare: boolean;
}

function parseRule(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const isException = startsWith(octets, start, end, '@@');
  const pattern = isException ? start + 2 : start;
  const isExpression = octets[pattern] === SLASH;
  const stop = isExpression ? endOfExpression(octets, pattern, end) : endOfPlain(octets, pattern, end);
  if (stop === -1) {
    sink.skip(SKIPPED.url);
    return;
  }
  if (stop === end - 1 && octets[stop] === DOLLAR) {
    sink.fault('a "$" without a modifier');
    return;
  }
  const read = readModifiers(stop === end ? '' : toText(octets, stop + 1, end), isException);
  if ('skip' in read) sink.skip(read.skip);
  else if ('fault' in read) sink.fault(read.fault);
  else {
    const kind = (isException ? ALLOW : BLOCK) | (read.important ? IMPORTANT : 0);
    const { effect } = read;
    sink.revokes = read.revokes;
    if (isExpression) sink.expression(toText(octets, pattern, stop), kind, effect);
    else
      parsePattern(octets, pattern, stop, { sink, kind, effect, isBare: pattern === start && stop === end });
    sink.revokes = false;
  }
}

/** Where a pattern that is a name ends: at the `$` of modifiers, if there are any. */
function endOfPlain(octets: Uint8Array, start: number, end: number): number {
  const dollar = find(octets, DOLLAR, start, end);
  return dollar === -1 ? end : dollar;
}

/** Where `/…/` ends, modifiers not counted; -1 where it is the path of a URL, which no name matches. */
function endOfExpression(octets: Uint8Array, start: number, end: number): number {
  let stop = end;
  for (let at = end - 2; at > start + 1; at--) {
    if (octets[at] !== DOLLAR || octets[at - 1] !== SLASH || !isModifierStart(octets[at + 1]!)) continue;
    stop = at;
    break;
  }
  const isClosed = stop - start > 2 && octets[stop - 1] === SLASH;
  if (!isClosed) return -1;
  const hasSlash = find(octets, SLASH, start + 1, stop - 1) !== -1;
  return hasSlash && !canLackSlash(toText(octets, start + 1, stop - 1)) ? -1 : stop;
}

/** Whether an expression with a slash can match a text without one: the slash is in a class, an alternative or optional. */
function canLackSlash(expression: string): boolean {
  const withoutClasses = expression.replace(/\[(?:\\.|[^\]\\])*\]/g, '');
  return !withoutClasses.includes('/') || /\||\)[?*{]|\/[?*{]/.test(withoutClasses);
}

function isModifierStart(octet: number): boolean {
  return (octet >= 0x61 && octet <= 0x7a) || octet === TILDE;
}

/** A pattern's anchors: bars before it, and whether `^` or `|` closes it. */
interface Anchors {
  readonly bars: 0 | 1 | 2;
  readonly isClosed: boolean;
}

/** Reads the anchors and files what is between them. */
function parsePattern(octets: Uint8Array, start: number, end: number, rule: RuleSoFar): void {
  const { sink } = rule;
  const scheme = schemeLength(octets, start, end);
  const barCount = scheme > 0 ? 0 : countBars(octets, start, end);
  const name = start + scheme + barCount;
  const stop = endOfPattern(octets, name, end);
  // After a scheme the name begins, as after one bar.
  const anchors = { bars: scheme > 0 ? 1 : barCount, isClosed: stop < end } as const;

  if (isEverything(octets, name, stop)) parseEverything(rule, start === end);
  else if (isAddress(octets, name, stop)) {
    const isWhole = anchors.isClosed || (rule.isBare && name === start);
    parseAddress(toText(octets, name, stop), isWhole, rule);
  } else if (isUrl(octets, name, stop)) sink.skip(SKIPPED.url);
  else if (find(octets, STAR, name, stop) !== -1) parseStar(octets, name, stop, { rule, anchors });
  else if (rule.isBare && anchors.bars === 0 && !anchors.isClosed && octets[name] !== DOT)
    parseBare(octets, name, stop, rule);
  else parseName(octets, name, stop, { rule, anchors });
}

/** A pattern without a star. */
function parseName(
  octets: Uint8Array,
  start: number,
  end: number,
  { rule, anchors }: { rule: RuleSoFar; anchors: Anchors },
): void {
  const { sink, kind, effect } = rule;
  const { bars, isClosed } = anchors;
  const isPart =
    hasLooseEdge(octets, start, end, anchors) || (!isClosed && !isWholeName(octets, start, end, bars));
  if (isPart) parseGlob(toText(octets, start, end), anchors, rule);
  else if (octets[start] === DOT && bars !== 1) sink.rule(start + 1, end, kind | BELOW, effect);
  else sink.rule(start, end, kind | (bars === 1 ? EXACT : SUBTREE), effect);
}

/** A star before a name stands for all names below it. */
function parseStar(
  octets: Uint8Array,
  start: number,
  end: number,
  { rule, anchors }: { rule: RuleSoFar; anchors: Anchors },
): void {
  const isBelow =
    anchors.bars !== 1 && startsWith(octets, start, end, '*.') && find(octets, STAR, start + 2, end) === -1;
  if (isBelow) rule.sink.rule(start + 2, end, rule.kind | BELOW, rule.effect);
  else parseGlob(toText(octets, start, end), anchors, rule);
}

/** The length of the scheme that a pattern begins with: names are looked up as `http://NAME`. */
function schemeLength(octets: Uint8Array, start: number, end: number): number {
  if (startsWith(octets, start, end, '://')) return 3;
  return startsWith(octets, start, end, 'http://') ? 7 : 0;
}

/** Where the pattern ends when `^`, `|` or `^|` after it is left off; `/*` is the same as `^`, and so is `^*`. */
function endOfPattern(octets: Uint8Array, start: number, end: number): number {
  if (octets[end - 1] === STAR && octets[end - 2] === SLASH) return end - 2;
  let stop = octets[end - 1] === STAR && octets[end - 2] === CARET ? end - 1 : end;
  if (stop > start && octets[stop - 1] === BAR) stop--;
  if (stop > start && octets[stop - 1] === CARET) stop--;
  return stop;
}

function countBars(octets: Uint8Array, start: number, end: number): Anchors['bars'] {
  if (startsWith(octets, start, end, '||')) return 2;
  return octets[start] === BAR ? 1 : 0;
}

/** Whether a pattern is empty or has only stars. */
function isEverything(octets: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (octets[at] !== STAR) return false;
  return true;
}

/** A list that blocks everything without a condition is an accident. */
function parseEverything({ sink, kind, effect }: RuleSoFar, isEmpty: boolean): void {
  if (effect !== undefined && isConditional(effect)) sink.expression('*', kind, effect);
  else if (isEmpty) sink.fault('a "$" without a pattern');
  else sink.skip(SKIPPED.everything);
}

/** An address in the place of a name judges answers that contain it, as in AdGuard Home. */
function parseAddress(text: string, isWhole: boolean, { sink, kind, effect }: RuleSoFar): void {
  if (isWhole && effect === undefined && !text.includes('/')) sink.addresses(text, kind);
  else sink.skip(SKIPPED.address);
}

function isUrl(octets: Uint8Array, start: number, end: number): boolean {
  return find(octets, SLASH, start, end) !== -1 || find(octets, COLON, start, end) !== -1;
}

/** A bare name is that name alone ("domains-only syntax"); a top-level domain is never meant by it. */
function parseBare(octets: Uint8Array, start: number, end: number, rule: RuleSoFar): void {
  const anchors = { bars: 0, isClosed: false } as const;
  if (hasLooseEdge(octets, start, end, anchors) || octets[end - 1] === DOT)
    parseGlob(toText(octets, start, end), anchors, rule);
  else if (find(octets, DOT, start, end) === -1) rule.sink.fault('a word that is not a rule');
  else rule.sink.rule(start, end, BLOCK | EXACT);
}

/** Labels do not begin or end with a hyphen, but parts of names at the open ends of a pattern may: `-ads-`, `||irs.gov-`. */
function hasLooseEdge(octets: Uint8Array, start: number, end: number, { bars, isClosed }: Anchors): boolean {
  return (octets[start] === HYPHEN && bars === 0) || (octets[end - 1] === HYPHEN && !isClosed);
}

/** Without `^` a pattern also matches longer names; it is taken as one name where it surely is a whole one. */
function isWholeName(octets: Uint8Array, start: number, end: number, bars: number): boolean {
  return bars !== 1 && octets[end - 1] !== DOT && find(octets, DOT, start, end) !== -1;
}

const STARTS = ['anywhere', 'name', 'label'] as const;

function parseGlob(body: string, { bars, isClosed }: Anchors, { sink, kind, effect }: RuleSoFar): void {
  const expression = toExpression({ body, start: STARTS[bars], isClosed });
  if (expression === undefined) sink.skip(SKIPPED.pattern);
  else sink.expression(expression, kind, effect);
}
