// Which line of one dnsmasq configuration is about a name: that with the longest domain, whatever it says. So `server=/y.x/#`
// lets y.x through where x is blocked, and has no effect elsewhere; an address that a line gives is answered where it differs
// from what a shorter domain says, and elsewhere only means that the list blocks.
import { SKIPPED } from '../formats/line-format.ts';
import { CUT, CUT_BELOW, EXACT, isCut, kindOfMember, sourceOfMember, SUBTREE, toMember } from '../rule.ts';
import type { SourceRules } from '../trie/source-rules.ts';
import { toNameText } from '../trie/wire-name.ts';
import type { WireName } from '../trie/wire-name.ts';
import type { Dropped, Exception } from './source-content.ts';

/** Puts a file's rules right. */
export function settleDnsmasq(
  rules: SourceRules,
  source: number,
  { exceptions, patterns }: DnsmasqFile,
): Dropped[] {
  const blocks = readBlocks(rules);
  const dropped = exceptions.flatMap((exception) => {
    const isNeeded =
      isBlockedAbove(rules, blocks, exception) ||
      patterns.some((pattern) => pattern.test(toNameText(exception.name)));
    if (isNeeded) addException(rules, source, exception);
    return isNeeded ? [] : [{ reason: SKIPPED.forwarding, line: exception.line }];
  });
  return [...dropped, ...settleAnswers(rules, source, exceptions)];
}

/** What a file has besides rules about names. */
export interface DnsmasqFile {
  readonly exceptions: readonly Exception[];
  /** What `/*x/` stands for. */
  readonly patterns: readonly RegExp[];
}

/** `[node]` is 1 where the file blocks what is below the name. */
function readBlocks(rules: SourceRules): Uint8Array {
  const blocks = new Uint8Array(rules.builder.nodeCount);
  for (let rule = rules.first; rule < rules.end; rule++) {
    const scope = kindOfMember(rules.memberOf(rule)) & CUT;
    if (scope !== EXACT) blocks[rules.nodeOf(rule)] = 1;
  }
  return blocks;
}

/** Whether a name above is blocked. */
function isBlockedAbove(rules: SourceRules, blocks: Uint8Array, { name, kind }: Exception): boolean {
  if (nodesAbove(rules, name).some((node) => blocks[node] === 1)) return true;
  const own = rules.builder.find(name);
  return kind === CUT_BELOW && own !== 0 && blocks[own] === 1;
}

function addException(rules: SourceRules, source: number, { name, kind, line }: Exception): void {
  // With two lines for one domain, newer versions take the blocking one, and so do we.
  const own = rules.builder.find(name);
  if (kind === CUT_BELOW && own !== 0) keepAbove(rules, own);
  rules.builder.add(name, source, kind, line);
}

/** Narrows the subtree rules of a name to the name itself: below it another rule decides. */
function keepAbove(rules: SourceRules, node: number): void {
  for (let rule = rules.first; rule < rules.end; rule++) {
    const member = rules.memberOf(rule);
    const kind = kindOfMember(member);
    if (rules.nodeOf(rule) === node && !rules.isRemoved(rule) && (kind & CUT) === SUBTREE)
      rules.replace(rule, toMember(sourceOfMember(member), kind & ~CUT));
  }
}

/** The nodes of the names above a name that are in the trie. */
function nodesAbove(rules: SourceRules, name: WireName): number[] {
  const nodes: number[] = [];
  for (let labels = 1; labels < name.labelCount; labels++) {
    const node = rules.builder.find({
      wire: name.wire,
      labelStart: name.labelStart.subarray(name.labelCount - labels),
      labelCount: labels,
    });
    if (node === 0) return nodes;
    nodes.push(node);
  }
  return nodes;
}

/** Makes plain blocks of lines whose address does not differ from what a shorter domain says. */
function settleAnswers(rules: SourceRules, source: number, exceptions: readonly Exception[]): Dropped[] {
  if (!rules.hasEffects(source)) return [];
  const count = rules.builder.nodeCount;
  /** `[node]` is a fingerprint of the answers: the sum of the members' numbers, each multiplied; 0 for no rule. */
  const said = new Uint32Array(count);
  for (let rule = rules.first; rule < rules.end; rule++) {
    const member = rules.memberOf(rule);
    if (rules.isRemoved(rule) || (kindOfMember(member) & CUT) === EXACT) continue;
    const node = rules.nodeOf(rule);
    said[node] = (said[node]! + Math.imul(sourceOfMember(member) + 1, 0x9e3779b1)) >>> 0 || 1;
  }
  // A name that another server resolves differs too, whether it has a mark or not.
  for (const { name } of exceptions) {
    const node = rules.builder.find(name);
    if (node !== 0 && said[node] === 0) said[node] = 1;
  }
  const isAnswered = new Uint8Array(count);
  /** `[node]` is the nearest name above with a rule. */
  const nearest = new Uint32Array(count);
  for (let node = 1; node < count; node++) {
    const parent = rules.parentOf(node);
    nearest[node] = said[parent] === 0 ? nearest[parent]! : parent;
    const above = nearest[node]!;
    if (above !== 0) isAnswered[node] = said[above] === said[node] ? isAnswered[above]! : 1;
  }
  return dropAnswers(rules, { source, isAnswered, nearest, said });
}

/** What is known of the nodes. */
interface Answered {
  readonly source: number;
  readonly isAnswered: Uint8Array;
  readonly nearest: Uint32Array;
  readonly said: Uint32Array;
}

function dropAnswers(rules: SourceRules, { source, isAnswered, nearest, said }: Answered): Dropped[] {
  const dropped: Dropped[] = [];
  for (let rule = rules.first, { end } = rules; rule < end; rule++) {
    const member = rules.memberOf(rule);
    const kind = kindOfMember(member);
    const node = rules.nodeOf(rule);
    if (rules.isRemoved(rule) || isCut(kind) || sourceOfMember(member) === source) continue;
    if ((kind & CUT) !== EXACT) {
      if (isAnswered[node] === 0) rules.replace(rule, toMember(source, kind));
    } else if (nearest[node] === 0 && said[node] === 0) {
      // A host-record where nothing above blocks the name.
      rules.remove(rule);
      dropped.push({ reason: 'the setting host-record=', line: rules.lineOf(rule) });
    }
  }
  return dropped;
}
