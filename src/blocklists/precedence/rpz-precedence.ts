// Which rule of one policy zone is about a name: as in any zone (RFC 4592) the owner equal to the name decides, and a
// wildcard only where no name of the zone is nearer to it, names without records included.
import { BELOW, CUT, kindOfMember, toMember } from '../rule.ts';
import type { SourceRules } from '../trie/source-rules.ts';

/** Marks a name with several different rules. */
const SEVERAL = 0xffff_ffff;

/** What the zone has at the nodes of the trie. */
interface ZoneNodes {
  /** `[node]` is one more than the line that says that the name exists in the zone; 0 where it does not. */
  readonly exists: Uint32Array;
  /** `[node]` is the rule about the name itself: its member without the scope, plus 1, or SEVERAL; 0 for none. */
  readonly exact: Uint32Array;
  /** The same of the wildcard below it. */
  readonly below: Uint32Array;
}

/** Marks the names of a zone that end a wildcard above them; `source` is the zone's number, `roots` the members of `*`. */
export function settleRpz(rules: SourceRules, source: number, roots: readonly number[]): void {
  const nodes = readZone(rules);
  for (const member of roots) noteRule(nodes.below, 0, member);
  const { exists, exact, below } = nodes;
  for (let node = 1; node < exists.length; node++) {
    if (exists[node] === 0) continue;
    const above = below[rules.parentOf(node)]!;
    // The wildcard goes on here where the name and its own wildcard say the same.
    const isSame = above !== SEVERAL && exact[node] === above && below[node] === above;
    if (above !== 0 && !isSame) rules.add(node, toMember(source, CUT), exists[node]! - 1);
  }
}

function readZone(rules: SourceRules): ZoneNodes {
  const count = rules.builder.nodeCount;
  const nodes = {
    exists: new Uint32Array(count),
    exact: new Uint32Array(count),
    below: new Uint32Array(count),
  };
  for (let rule = rules.first; rule < rules.end; rule++) {
    const member = rules.memberOf(rule);
    const isBelow = (kindOfMember(member) & CUT) === BELOW;
    noteRule(isBelow ? nodes.below : nodes.exact, rules.nodeOf(rule), member);
    for (let node = rules.nodeOf(rule); node !== 0 && nodes.exists[node] === 0; node = rules.parentOf(node))
      nodes.exists[node] = rules.lineOf(rule) + 1;
  }
  return nodes;
}

function noteRule(known: Uint32Array, node: number, member: number): void {
  const rule = (member & ~CUT) + 1;
  known[node] = known[node] === 0 || known[node] === rule ? rule : SEVERAL;
}
