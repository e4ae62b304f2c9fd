// What stands behind the `$` of a rule in AdGuard's syntax. A rule with a modifier that is not understood is skipped whole,
// as that format's own definition asks.
import { toType } from '../../dns/numbers.ts';
import { isIPv4, isIPv6 } from 'node:net';
import { answering } from '../effect.ts';
import type { RuleAnswer, RuleEffect } from '../effect.ts';
import { toNameText } from '../trie/wire-name.ts';
import { SKIPPED } from './line-format.ts';
import { NameScanner } from './text/name-scanner.ts';
import { toRecordAnswer } from './zone/record-answer.ts';

/** What modifiers say. */
interface Said {
  important: boolean;
  /** Whether the rule takes away the one that is the same but for this modifier. */
  revokes: boolean;
  readonly effect: { -readonly [K in keyof RuleEffect]: RuleEffect[K] };
  readonly isException: boolean;
}

/** Why a rule is passed over. */
type PassedOver = { readonly skip: string } | { readonly fault: string };

/** What modifiers say, or why the rule is passed over. */
export type Modifiers =
  | { readonly important: boolean; readonly revokes: boolean; readonly effect: RuleEffect | undefined }
  | PassedOver;

const PLAIN: Modifiers = { important: false, revokes: false, effect: undefined };
const IMPORTANT_ONLY: Modifiers = { important: true, revokes: false, effect: undefined };

/** Types of content that a page loads. A name is looked up as a page is, so a rule that excludes only these applies. */
const OTHER_THAN_PAGES = new Set(
  'script stylesheet subdocument object image xmlhttprequest media font websocket ping other'
    .split(' ')
    .map((type) => `~${type}`),
);

/** Answers without records, one object each, since most rules of a list share them. */
const ANSWERS: Readonly<Record<string, RuleEffect>> = {
  NXDOMAIN: { ...answering('nxdomain'), rewrites: true },
  NOERROR: { ...answering('nodata'), rewrites: true },
  REFUSED: { ...answering('refused'), rewrites: true },
};

/** The reader of each modifier's value; `value` is undefined where there is no `=`. */
const READERS: Readonly<Record<string, (said: Said, value: string | undefined) => PassedOver | undefined>> = {
  important: (said) => {
    said.important = true;
    return undefined;
  },
  badfilter: (said) => {
    said.revokes = true;
    return undefined;
  },
  dnstype: (said, value = '') => addTypes(said, value),
  denyallow: (said, value = '') => addNames(said, value),
  dnsrewrite: (said, value = '') => addAnswer(said, value),
  client: () => ({ skip: SKIPPED.client }),
  ctag: () => ({ skip: SKIPPED.client }),
};

/** Reads the modifiers of a rule, which may be none; an exception cannot say what is answered. */
export function readModifiers(text: string, isException: boolean): Modifiers {
  if (text === '') return PLAIN;
  if (text === 'important') return IMPORTANT_ONLY;
  const said: Said = { important: false, revokes: false, effect: {}, isException };
  // Commas inside a value are escaped.
  for (const modifier of text.split(/(?<!\\),/)) {
    const equals = modifier.indexOf('=');
    const name = equals === -1 ? modifier : modifier.slice(0, equals);
    if (OTHER_THAN_PAGES.has(modifier)) continue;
    const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
    if (read === undefined) return passedOver(name);
    const why = read(said, equals === -1 ? undefined : modifier.slice(equals + 1));
    if (why !== undefined) return why;
  }
  return { important: said.important, revokes: said.revokes, effect: shared(said.effect) };
}

/** A modifier that is not for DNS is skipped (those of adblock syntax all begin as here, `3p` and `_` too); else a fault. */
function passedOver(name: string): PassedOver {
  return /^~?([a-z_]|[13]p)/i.test(name) ? { skip: SKIPPED.modifier } : { fault: 'a "$" without a modifier' };
}

/** `A|AAAA` or `~A|~AAAA`; where types are included, excluded ones beside them change nothing. */
function addTypes({ effect }: Said, value: string): PassedOver | undefined {
  const types: number[] = [];
  const exceptTypes: number[] = [];
  for (const item of value.split('|')) {
    const type = toType(item.replace('~', ''));
    if (type === undefined) return { fault: `"${item}" is not a record type` };
    (item.startsWith('~') ? exceptTypes : types).push(type);
  }
  if (types.length > 0) effect.types = types;
  else effect.exceptTypes = exceptTypes;
  return undefined;
}

function addNames({ effect }: Said, value: string): PassedOver | undefined {
  const scanner = new NameScanner();
  const names: string[] = [];
  for (const name of value.split('|')) {
    // Such values are for other programs, and without them the rule would mean something else.
    if (name === '' || name.startsWith('~')) return { fault: `$denyallow: "${name}" is not a name` };
    const octets = Buffer.from(name);
    // Nobody asks for what is no name.
    if (scanner.scan(octets, 0, octets.length) === undefined) names.push(toNameText(scanner.name));
  }
  if (names.length > 0) effect.exceptNames = names;
  return undefined;
}

function addAnswer({ effect, isException }: Said, value: string): PassedOver | undefined {
  if (isException) return { skip: SKIPPED.unrewrite };
  const answer = toAnswer(value);
  if (answer === undefined) return { skip: SKIPPED.answer };
  effect.answer = answer;
  effect.rewrites = true;
  return undefined;
}

/** `NXDOMAIN`, `192.0.2.1`, `other.example`, or `RCODE;TYPE;DATA`. */
function toAnswer(value: string): RuleAnswer | undefined {
  if (value === '') return 'nodata';
  const [first = '', type, ...rest] = value.split(';');
  if (type === undefined) return toShortAnswer(value);
  const rcode = first.toUpperCase();
  const data = rest.join(';');
  // Another rcode has no records, whatever follows it.
  if (rcode === 'NOERROR' && type + data !== '') return toRecord(type.toUpperCase(), data);
  return Object.hasOwn(ANSWERS, rcode) ? ANSWERS[rcode]?.answer : undefined;
}

function toShortAnswer(value: string): RuleAnswer | undefined {
  const plain = Object.hasOwn(ANSWERS, value) ? ANSWERS[value]?.answer : undefined;
  if (plain !== undefined) return plain;
  if (isIPv4(value)) return toRecordAnswer('A', value);
  if (isIPv6(value)) return toRecordAnswer('AAAA', value);
  // A word in capitals is another rcode, which we do not answer.
  return /^[A-Z]+$/.test(value) ? undefined : toRecord('CNAME', value);
}

/** Names without a final dot are absolute here; a text is one string. */
function toRecord(type: string, data: string): RuleAnswer | undefined {
  if (data === '') return undefined;
  return toRecordAnswer(type, type === 'TXT' ? `"${data.replace(/["\\]/g, '\\$&')}"` : data);
}

/** One object for what most rules say: nothing, or an answer without records. */
function shared(effect: RuleEffect): RuleEffect | undefined {
  const said = Object.keys(effect);
  if (said.length === 0) return undefined;
  if (effect.rewrites !== true || said.length > 2) return effect;
  return Object.values(ANSWERS).find(({ answer }) => answer === effect.answer) ?? effect;
}
