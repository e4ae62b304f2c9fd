// What inspection makes of an upstream's answer, told rather than answered: what it leads to, and which of that is blocked by
// what. The same inspector as in server/query-path.ts.
import { shortPrefixToText } from '../addresses/address-text.ts';
import { nameToText } from '../dns/name-text.ts';
import { NameView } from '../dns/name-view.ts';
import { rcodeToText, TYPE, typeToText } from '../dns/numbers.ts';
import { RecordWalk } from '../dns/record-walk.ts';
import type { Judge } from '../policy/judge.ts';
import { prefixOfLists } from '../policy/lists/list-answer.ts';
import type { Policy } from '../policy/policy.ts';
import { RecordAddresses } from '../dns/record-addresses.ts';
import { Inspector } from '../server/inspector.ts';
import { Observer } from '../server/observer.ts';
import type { Serving } from '../server/serving.ts';
import type { AskedFor } from './decision.ts';
import { blockingLists, decidingServices, matchedName } from '../server/replies/verdict-error.ts';
import { FACT, factsOfRecord } from '../answers/answer-facts.ts';
import type { StoredAnswer } from '../answers/stored-answer.ts';
import { AnswerCache } from '../answers/answer-cache.ts';

/** The inspector reads from a cache; this one holds nothing. */
const SMALLEST_CACHE = 64 * 1024;
/** Stands for an entry's number: the answer is in no cache. */
const UNCACHED = -1;

/** What an answer leads to. */
export interface InspectedAnswer {
  readonly rcode: string;
  /** The names and addresses in it, in its order: `CNAME tracker.example`, `A 192.0.2.1`. */
  readonly leadsTo: readonly string[];
  /** What in it is blocked, and by what; undefined where nothing is. */
  readonly blocked: BlockedTarget | undefined;
}

/** The name or address for which an answer is blocked. */
interface BlockedTarget {
  /** A name or an address. */
  readonly target: string;
  /** The rule or list. */
  readonly by: string;
}

/** Inspects an answer to a question that was not blocked by its name. */
export function inspectAnswer(
  serving: Serving,
  policy: Policy,
  asked: AskedFor,
  answer: StoredAnswer,
): InspectedAnswer {
  const told = {
    rcode: rcodeToText(answer.rcode),
    leadsTo: [...recordsOf(answer)].flatMap(({ texts }) => texts),
  };
  return { ...told, blocked: blockedIn(serving, policy, asked, answer) };
}

function blockedIn(
  serving: Serving,
  policy: Policy,
  asked: AskedFor,
  answer: StoredAnswer,
): BlockedTarget | undefined {
  // What a house rule allows is meant, with all it leads to.
  if (asked.isMeant) return undefined;
  const cache = new AnswerCache({ sizeOctets: SMALLEST_CACHE, staleSeconds: 0 });
  cache.found.show(answer);
  const inspector = new Inspector(cache, new Observer());
  inspector.mayBePrivate = asked.mayBePrivate;
  inspector.rulesOnly = asked.rulesOnly;
  inspector.overTcp = true;
  const refusal = inspector.refusalOf(serving, policy, UNCACHED);
  if (refusal === undefined) return undefined;
  const { judge } = inspector;
  if (refusal === serving.refusals.ofRebinding(policy)) {
    const found = [...recordsOf(answer)].find(({ facts }) => (facts & FACT.privateAddress) !== 0);
    return {
      target: found?.texts.join(', ').replaceAll(/[A-Z]+ /g, '') ?? addressText(inspector.addresses),
      by: 'rebind_protection: a private address, or one of our own networks, in a public answer',
    };
  }
  if (judge.isAddress)
    return {
      target: addressText(inspector.addresses),
      by: `list ${serving.listSources[judge.source] ?? ''} has ${prefixOfLists(serving.book, judge)}`,
    };
  const { target } = inspector;
  return { target: nameToText(target.wire), by: ruleText(serving, policy, judge, target) };
}

/** The rule or list that decided the judge's last verdict on a name. */
function ruleText(serving: Serving, policy: Policy, judge: Judge, name: NameView): string {
  const { pattern, expression, source, setId, depth, byRule } = judge;
  if (pattern !== undefined) return `rule ${pattern.text}`;
  if (byRule) {
    const services = decidingServices(policy, serving, setId, depth === name.labelCount);
    const has = matchedName(name, depth);
    return services.length > 0 ? `service ${services.join(', ')} has ${has}` : `rule ${has}`;
  }
  if (expression >= 0)
    return `list ${serving.listSources[source] ?? ''} has ${serving.book.expressions?.index.texts[expression] ?? ''}`;
  const lists =
    source >= 0
      ? [serving.listSources[source] ?? '']
      : blockingLists(policy, serving, setId, depth === name.labelCount);
  return `list ${lists.join(', ')} has ${matchedName(name, depth)}`;
}

interface ReadRecord {
  readonly texts: readonly string[];
  readonly facts: number;
}

/** The records of the answer section that lead somewhere. */
function* recordsOf(answer: StoredAnswer): Generator<ReadRecord> {
  const message = answer.octets.subarray(0, answer.messageLength);
  const walk = new RecordWalk();
  const addresses = new RecordAddresses();
  const target = new NameView();
  walk.start(message, message.length);
  while (walk.next() && walk.section === 1) {
    const type = typeToText(walk.type);
    const texts: string[] = [];
    const offset = targetOffset(walk.type);
    if (offset >= 0) {
      target.read(message, walk.rdataOffset + offset, message.length);
      texts.push(`${type} ${nameToText(target.wire)}`);
    }
    addresses.start(message, walk);
    while (addresses.next()) texts.push(`${type} ${addressText(addresses)}`);
    yield { texts, facts: factsOfRecord(message, walk) };
  }
}

function targetOffset(type: number): number {
  if (type === TYPE.CNAME || type === TYPE.DNAME) return 0;
  return type === TYPE.SVCB || type === TYPE.HTTPS ? 2 : -1;
}

function addressText({ family, words }: RecordAddresses): string {
  const [a = 0, b = 0, c = 0, d = 0] = words;
  return shortPrefixToText({ family, words: [a, b, c, d], length: family === 4 ? 32 : 128 }).replace(
    /\/.*$/,
    '',
  );
}
