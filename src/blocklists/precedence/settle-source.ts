// Puts the rules of one source right once all of its lines are known: what a line means can depend on the others. Each format
// with a precedence of its own has a file here; the result are marks in the trie (CUT), so that a walk costs the same.
import type { EffectNumbers } from '../effect-numbers.ts';
import type { FormatName } from '../formats/line-format.ts';
import { toMember } from '../rule.ts';
import type { SourceRules } from '../trie/source-rules.ts';
import { settleDnsmasq } from './dnsmasq-precedence.ts';
import type { Exception } from './dnsmasq-precedence.ts';
import { settleRpz } from './rpz-precedence.ts';
import { settleUnbound } from './unbound-precedence.ts';

/** A line that turned out to have no effect. */
export interface Dropped {
  readonly reason: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A rule about every name, as members of sets have it. */
export interface RootRule {
  readonly member: number;
  readonly line: number;
}

/** What one source has said. */
export interface SourceContent {
  readonly format: FormatName | 'auto';
  /** Its number. */
  readonly source: number;
  readonly rules: SourceRules;
  readonly effects: EffectNumbers;
  readonly exceptions: readonly Exception[];
  /** The texts of its expressions. */
  readonly expressions: readonly string[];
  readonly roots: readonly RootRule[];
}

/** The rules about every name that remain, and the lines without effect. */
export interface Settled {
  readonly roots: readonly RootRule[];
  readonly dropped: readonly Dropped[];
}

/** The expressions that `/*x/` of dnsmasq becomes. */
const STAR = /^\/\.\*[a-z0-9_.\\-]+\$\/$/;

/** Puts a source's rules right. */
export function settleSource(content: SourceContent): Settled {
  const { format, source, rules, exceptions, expressions, roots } = content;
  const settled = { roots, dropped: [] };
  if (format === 'unbound') return settleUnbound(content);
  if (format === 'rpz')
    settleRpz(
      rules,
      source,
      roots.map(({ member }) => member),
    );
  else if (format === 'dnsmasq') {
    // They were made of patterns: what they say is the same in either syntax.
    const patterns = expressions
      .filter((text) => STAR.test(text))
      .map((text) => new RegExp(text.slice(1, -1)));
    return { ...settled, dropped: settleDnsmasq(rules, source, { exceptions, patterns }) };
  } else addAll(content);
  return settled;
}

/** In a file of several formats an exception applies to every rule above it. */
function addAll({ source, rules, exceptions }: SourceContent): void {
  for (const { name, kind, line } of exceptions) {
    const node = rules.builder.find(name);
    if (node === 0) rules.builder.add(name, source, kind, line);
    else rules.add(node, toMember(source, kind), line);
  }
}
