// Lines of dnsmasq.conf(5) that decide on names: `address=/x/…`, `server=/x/…` and `local=/x/`, each for x and all below it,
// and `host-record=`. The longest domain wins there; ../precedence/dnsmasq-precedence.ts sees to that when the file has been read.
import { isIPv4, isIPv6 } from 'node:net';
import type { RuleEffect } from '../effect.ts';
import { BELOW, BLOCK, CUT, CUT_BELOW, EXACT, SUBTREE } from '../rule.ts';
import type { RuleKind } from '../rule.ts';
import { toExpression } from './glob.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, LineParser, RuleSink } from './line-format.ts';
import {
  DOT,
  EQUALS,
  find,
  HASH,
  QUOTE,
  skipSpaces,
  SLASH,
  STAR,
  startOfSpacedComment,
  startsWith,
  toText,
  trimEnd,
} from './text/octets.ts';
import { RecordEffects } from './zone/record-answer.ts';

export const dnsmasq: LineFormat = { name: 'dnsmasq', takesTopLevel: true, open: () => new DnsmasqParser() };

/** Addresses that lists give to names that they block. */
const NOWHERE = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/** What the names of a line get. */
interface Said {
  readonly kind: RuleKind;
  /** The kind for `*.x`, which is about what is below x only. */
  readonly below: RuleKind;
  readonly effect: RuleEffect | undefined;
}

const BLOCKED: Said = { kind: BLOCK | SUBTREE, below: BLOCK | BELOW, effect: undefined };
const RESOLVED: Said = { kind: CUT, below: CUT_BELOW, effect: undefined };

class DnsmasqParser implements LineParser {
  readonly #records = new RecordEffects();

  parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
    // A `#` inside a rule is not a comment: `address=/x/#` answers with the null address.
    const stop = trimEnd(octets, start, startOfSpacedComment(octets, start, end));
    const equals = find(octets, EQUALS, start, stop);
    const key = equals === -1 ? '' : keyOf(octets, start, equals);
    let value = equals === -1 ? stop : skipSpaces(octets, equals + 1, stop);
    let valueEnd = stop;
    // Quotes around a value have no meaning.
    if (octets[value] === QUOTE && octets[stop - 1] === QUOTE && stop - value > 1) {
      value++;
      valueEnd--;
    }
    const isForNames = key === 'address' || key === 'server' || key === 'local';
    if (isForNames && octets[value] === SLASH) this.#parseNames(octets, value, valueEnd, { key, sink });
    else if (key === 'host-record') this.#parseHost(toText(octets, value, valueEnd), sink);
    else parseOther(octets, start, stop, sink);
  }

  /** `/x/y/` and what is said about x and y. */
  #parseNames(
    octets: Uint8Array,
    start: number,
    end: number,
    { key, sink }: { key: string; sink: RuleSink },
  ): void {
    let target = end;
    while (octets[target - 1] !== SLASH) target--;
    if (target === start + 1) {
      sink.fault('no name between slashes');
      return;
    }
    const said = this.#saidOf(key, octets, target, end);
    for (let at = start + 1; at < target;) {
      const stop = find(octets, SLASH, at, target);
      fileName(octets, at, stop, { said, sink });
      at = stop + 1;
    }
  }

  #saidOf(key: string, octets: Uint8Array, start: number, end: number): Said {
    if (key !== 'address') return start === end ? BLOCKED : RESOLVED;
    // Most lists block like this; other values are read as text.
    if (start === end || octets[start] === HASH || startsWith(octets, start, end, '0.0.0.0')) return BLOCKED;
    const effect = this.#answerOf(toText(octets, start, end));
    return effect === undefined ? BLOCKED : { ...BLOCKED, effect };
  }

  #answerOf(address: string): RuleEffect | undefined {
    if (NOWHERE.has(address)) return undefined;
    if (isIPv4(address)) return this.#records.of('A', address);
    return isIPv6(address) ? this.#records.of('AAAA', address) : undefined;
  }

  /** `host-record=NAME[,NAME...][,IPv4][,IPv6][,TTL]`. */
  #parseHost(text: string, sink: RuleSink): void {
    const fields = text.split(',').map((field) => field.trim());
    const effects = fields.flatMap((field) => {
      const type = isIPv4(field) ? 'A' : isIPv6(field) ? 'AAAA' : undefined;
      const effect = type && this.#records.of(type, field);
      return effect === undefined ? [] : [effect];
    });
    const names = fields.filter((field) => !isIPv4(field) && !isIPv6(field) && !/^\d+$/.test(field));
    if (names.length === 0 || effects.length === 0) sink.fault('not host-record=NAME,ADDRESS');
    else for (const name of names) for (const effect of effects) sink.ruleOn(name, BLOCK | EXACT, effect);
  }
}

function keyOf(octets: Uint8Array, start: number, equals: number): string {
  const end = trimEnd(octets, start, equals);
  if (startsWith(octets, start, end, 'address') && end - start === 7) return 'address';
  return end - start > 40 ? '' : toText(octets, start, end);
}

/** Files the name in [start, end). */
function fileName(
  octets: Uint8Array,
  start: number,
  end: number,
  { said, sink }: { said: Said; sink: RuleSink },
): void {
  // A leading dot has no meaning, for historical reasons.
  const name = octets[start] === DOT && end > start + 1 ? start + 1 : start;
  if (octets[name] === HASH) sink.skip(SKIPPED.everything);
  else if (octets[name] !== STAR) sink.rule(name, end, said.kind, said.effect);
  // `*.x` is what lies below x, `*x` every name that ends in x; elsewhere a star is no wildcard.
  else if (octets[name + 1] === DOT) sink.rule(name + 2, end, said.below, said.effect);
  else if (said === RESOLVED) sink.skip(SKIPPED.pattern);
  else {
    const expression = toExpression({
      body: toText(octets, name, end),
      start: 'anywhere',
      isClosed: true,
    });
    if (expression === undefined) sink.skip(SKIPPED.pattern);
    else sink.expression(expression, BLOCK);
  }
}

function parseOther(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
  const equals = find(octets, EQUALS, start, end);
  const key = trimEnd(octets, start, equals === -1 ? end : equals);
  const text = key - start > 40 ? '' : toText(octets, start, key);
  if (!/^[a-z][a-z0-9-]*$/.test(text)) sink.fault('not a dnsmasq setting');
  else sink.skip(equals === -1 ? SKIPPED.setting : `the setting ${text}=`);
}
