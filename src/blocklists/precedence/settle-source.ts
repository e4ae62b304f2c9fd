// Puts the rules of one source right once all of its lines are known: what a line means can depend on the others. Each format
// that has a precedence of its own has a file here; what comes of it are marks in the trie (CUT), so that a walk costs the same.
import { toMember } from '../rule.ts';
import { settleDnsmasq } from './dnsmasq-precedence.ts';
import type { Settled, SourceContent } from './source-content.ts';
import { settleRpz } from './rpz-precedence.ts';
import { settleUnbound } from './unbound-precedence.ts';

/** What `/*x/` was made of. */
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
