// Packet filters: `pfctl -sr` and `pfctl -si` of OpenBSD, `nft list ruleset` and iptables-save of Linux.

import type { Fact } from '../evidence.ts';
import type { InputRuleFact } from '../service-facts.ts';
import type { Quote, SourceText } from '../source-text.ts';
import { linesOf, quote } from '../lines.ts';

/** Reads `pfctl -sr`, also with -v or -vv, whose rules begin with `@N`. */
export function parsePfRules(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const at = quote(line);
    const text = at.text.replace(/^@\d+ /, '');
    return /^(?:pass|block|match|anchor) /.test(text) ? [{ kind: 'pf rule', text, at }] : [];
  });
}

/** Reads `pfctl -si`. */
export function parsePfState(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const state = /^Status: (Enabled|Disabled)\b/.exec(line.text)?.[1];
    return state === undefined ? [] : [{ kind: 'pf state', enabled: state === 'Enabled', at: quote(line) }];
  });
}

/** Reads the chains of nft(8) that are hooked at `input`. */
export function parseNft(source: SourceText): InputRuleFact[] {
  const facts: InputRuleFact[] = [];
  let inInput = false;
  for (const line of linesOf(source)) {
    const at = quote(line);
    const hook = /^type filter hook (\w+) .*?(?:policy (accept|drop);)?$/.exec(at.text);
    if (hook !== null) {
      inInput = hook[1] === 'input';
      if (inInput) facts.push(rule(hook[2] === 'drop' ? 'drop' : 'accept', at, true));
    } else if (/^(?:chain|table|\})/.test(at.text)) inInput = false;
    else if (inInput) {
      const verdict = /\b(accept|drop|reject)\b/.exec(at.text)?.[1];
      if (verdict !== undefined) facts.push(rule(verdict === 'accept' ? 'accept' : 'drop', at, false));
    }
  }
  return facts;
}

/** Reads the chain INPUT of iptables-save. */
export function parseIptables(source: SourceText): InputRuleFact[] {
  return linesOf(source).flatMap((line): InputRuleFact[] => {
    const at = quote(line);
    const policy = /^:INPUT (ACCEPT|DROP)\b/.exec(at.text)?.[1];
    if (policy !== undefined) return [rule(policy === 'DROP' ? 'drop' : 'accept', at, true)];
    const target = /^-A INPUT\b.* -j (ACCEPT|DROP|REJECT)\b/.exec(at.text)?.[1];
    return target === undefined ? [] : [rule(target === 'ACCEPT' ? 'accept' : 'drop', at, false)];
  });
}

function rule(verdict: InputRuleFact['verdict'], at: Quote, isPolicy: boolean): InputRuleFact {
  return { kind: 'input rule', verdict, isPolicy, text: at.text, at };
}
