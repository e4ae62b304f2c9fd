// What an update newly makes a list do: block a large part of all addresses, or give answers of its own.
import { sourceBehind } from '../../blocklists/compile-report.ts';
import { isBlock, kindOfMember, sourceOfMember } from '../../blocklists/rule.ts';
import { typeToText } from '../../dns/numbers.ts';
import type { CompiledLists } from '../compiled-lists.ts';

/** The part of all public IPv4 addresses that a source may begin to block, 0..1; that of the largest country is 0.4. */
const MAX_SHARE = 0.25;

/** Where public IPv4 addresses are: 1.0.0.0 to 223.255.255.255. */
const PUBLIC = { first: 2 ** 24, end: 224 * 2 ** 24 };

/** First words of the blocks of IPv6 addresses that are given out in the parts of the world (IANA), each a /12. */
const IPV6_BLOCKS = [0x2400_0000, 0x2600_0000, 0x2800_0000, 0x2a00_0000, 0x2c00_0000];
const IPV6_BLOCK_LENGTH = 12;

/** Addresses that lead nowhere: to answer them is to block. */
const NOWHERE = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);

/** Says what a new copy of a source begins to do, in a sentence without a full stop. */
export function noveltyOf(source: string, before: CompiledLists, after: CompiledLists): string | undefined {
  const answer = ownAnswer(source, after);
  if (answer !== undefined && ownAnswer(source, before) === undefined)
    return `it would begin to give answers of its own, such as ${answer}`;
  return blocksMost(source, after) && !blocksMost(source, before)
    ? 'it would block answers with most addresses there are'
    : undefined;
}

/** The first record that rules of a source answer with and that leads somewhere. */
function ownAnswer(source: string, lists: CompiledLists): string | undefined {
  const { meta } = lists;
  const used = usedNumbers(lists);
  for (const [index, { source: number, effect }] of (meta.effects ?? []).entries()) {
    const { answer } = effect;
    if (meta.sources[number]?.source !== source || typeof answer !== 'object') continue;
    // What a line says can turn out not to hold.
    if (!used.has(meta.sources.length + index)) continue;
    if (!NOWHERE.has(answer.data)) return `${typeToText(answer.type)} ${answer.data}`;
  }
  return undefined;
}

/** The numbers of sources and effects that rules have. */
function usedNumbers({ meta, trie, addresses }: CompiledLists): ReadonlySet<number> {
  const written = [...(meta.expressions ?? []), ...(meta.roots ?? [])].map(({ member }) => member);
  const members = [...trie.parts.members, ...(addresses?.parts.members ?? []), ...written];
  return new Set(members.map(sourceOfMember));
}

function blocksMost(source: string, { meta, addresses }: CompiledLists): boolean {
  if (addresses === undefined) return false;
  const isOwn = addresses.parts.members.map((member) => {
    const report = meta.sources[sourceBehind(meta, sourceOfMember(member))];
    return report?.source === source && isBlock(kindOfMember(member)) ? 1 : 0;
  });
  let blocked = 0;
  let end = PUBLIC.first;
  for (let prefix = 0; prefix < addresses.size; prefix++) {
    const set = addresses.setOf(prefix);
    if (!isOwn.subarray(addresses.parts.setStart[set], addresses.parts.setStart[set + 1]).includes(1))
      continue;
    const { family, words, length } = addresses.prefixOf(prefix);
    if (family === 6) {
      if (length <= IPV6_BLOCK_LENGTH && IPV6_BLOCKS.some((block) => startsAlike(block, words[0], length)))
        return true;
      continue;
    }
    // They are sorted: what lies before `end` has been counted.
    const stop = Math.min(words[0] + 2 ** (32 - length), PUBLIC.end);
    blocked += Math.max(0, stop - Math.max(words[0], end));
    end = Math.max(end, stop);
  }
  return blocked > MAX_SHARE * (PUBLIC.end - PUBLIC.first);
}

function startsAlike(one: number, other: number, bits: number): boolean {
  return bits === 0 || (one ^ other) >>> (32 - bits) === 0;
}
