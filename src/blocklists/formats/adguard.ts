// AdGuard's DNS filtering rules, the part of adblock syntax that is about names.
// A rule that says more than a name and `$important` is skipped whole, as that format's own definition asks.
import { ALLOW, BELOW, BLOCK, EXACT, IMPORTANT, SUBTREE } from '../rule.ts';
import type { RuleKind } from '../rule.ts';
import { hosts } from './hosts.ts';
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
  isAddress,
  OPEN_BRACKET,
  SLASH,
  STAR,
  startOfSpacedComment,
  startsWith,
  TILDE,
  trimEnd,
} from './octets.ts';

export const adguard: LineFormat = { name: 'adguard', takesTopLevel: true, parseLine };

function parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  // `[Adblock Plus 2.0]` names the syntax and is no rule.
  if (octets[start] === OPEN_BRACKET) return;
  const stop = trimEnd(octets, start, startOfSpacedComment(octets, start, end));
  if (isCosmetic(octets, start, stop)) sink.skip(SKIPPED.cosmetic);
  else if (endOfWord(octets, start, stop) === stop) parseRule(octets, start, stop, sink);
  else if (isAddress(octets, start, endOfWord(octets, start, stop)))
    hosts.parseLine(octets, start, end, sink);
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

function parseRule(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const isException = startsWith(octets, start, end, '@@');
  const pattern = isException ? start + 2 : start;
  if (octets[pattern] === SLASH) {
    sink.skip(isExpression(octets, pattern, end) ? SKIPPED.expression : SKIPPED.url);
    return;
  }
  const dollar = find(octets, DOLLAR, pattern, end);
  const hasModifiers = dollar !== -1;
  if (hasModifiers && !isImportantOnly(octets, dollar + 1, end)) {
    if (isModifierStart(octets[dollar + 1])) sink.skip(SKIPPED.modifier);
    else sink.fault('a "$" without a modifier');
    return;
  }
  const kind = (isException ? ALLOW : BLOCK) | (hasModifiers ? IMPORTANT : 0);
  parsePattern(octets, pattern, hasModifiers ? dollar : end, {
    sink,
    kind,
    isBare: pattern === start && !hasModifiers,
  });
}

/** Tells whether a pattern that starts with `/` is `/…/` with modifiers or without, and not the path of a URL. */
function isExpression(octets: Uint8Array, start: number, end: number): boolean {
  if (octets[end - 1] === SLASH) return end - start > 1;
  for (let at = start + 1; at + 1 < end; at++) {
    if (octets[at] === SLASH && octets[at + 1] === DOLLAR) return true;
  }
  return false;
}

function isImportantOnly(octets: Uint8Array, start: number, end: number): boolean {
  return end - start === 9 && startsWith(octets, start, end, 'important');
}

/** Tells a letter or `~`: every modifier that adblock syntax has starts so. */
function isModifierStart(octet: number | undefined): boolean {
  const lower = (octet ?? 0) | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || octet === TILDE;
}

interface RuleSoFar {
  readonly sink: RuleSink;
  /** Action and importance; the pattern's anchors give the scope. */
  readonly kind: RuleKind;
  /** Whether the line is the pattern and nothing else. */
  readonly isBare: boolean;
}

/** Reads the anchors and files what is between them. */
function parsePattern(octets: Uint8Array, start: number, end: number, rule: RuleSoFar): void {
  const { sink, kind } = rule;
  const bars = countBars(octets, start, end);
  const name = start + bars;
  const stop = endOfPattern(octets, name, end);
  const isClosed = stop < end;

  const notName = reasonToSkip(octets, name, stop);
  if (notName !== undefined) sink.skip(notName);
  else if (find(octets, STAR, name, stop) !== -1) parseStar(octets, name, stop, rule);
  else if (bars === 0 && !isClosed && rule.isBare) parseBare(octets, name, stop, sink);
  else if (!isClosed && !isWholeName(octets, name, stop, bars)) sink.skip(SKIPPED.pattern);
  else if (octets[name] === DOT && bars !== 1) sink.rule(name + 1, stop, kind | BELOW);
  else sink.rule(name, stop, kind | (bars === 1 ? EXACT : SUBTREE));
}

/** Where the pattern ends when `^`, `|` or `^|` after it is left off. */
function endOfPattern(octets: Uint8Array, start: number, end: number): number {
  let stop = end;
  if (stop > start && octets[stop - 1] === BAR) stop--;
  if (stop > start && octets[stop - 1] === CARET) stop--;
  return stop;
}

function reasonToSkip(octets: Uint8Array, start: number, end: number): string | undefined {
  if (isAddress(octets, start, end)) return SKIPPED.address;
  const isUrl = find(octets, SLASH, start, end) !== -1 || find(octets, COLON, start, end) !== -1;
  return isUrl ? SKIPPED.url : undefined;
}

function countBars(octets: Uint8Array, start: number, end: number): number {
  if (startsWith(octets, start, end, '||')) return 2;
  return octets[start] === BAR ? 1 : 0;
}

/** A star is held where it stands for all that lies below a name: `||*.x^`, `*.x`. */
function parseStar(octets: Uint8Array, start: number, end: number, { sink, kind }: RuleSoFar): void {
  const name = start + 2;
  if (startsWith(octets, start, end, '*.') && find(octets, STAR, name, end) === -1)
    sink.rule(name, end, kind | BELOW);
  else sink.skip(SKIPPED.pattern);
}

/** A name alone is that name alone ("domains-only syntax"), and nobody means a top-level domain by it. */
function parseBare(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  if (find(octets, DOT, start, end) === -1) sink.fault('a word that is not a rule');
  else sink.rule(start, end, BLOCK | EXACT);
}

/** Without `^` a pattern also takes longer names; it is held where what it takes surely is a name by itself. */
function isWholeName(octets: Uint8Array, start: number, end: number, bars: number): boolean {
  return bars !== 1 && octets[end - 1] !== DOT && find(octets, DOT, start, end) !== -1;
}
