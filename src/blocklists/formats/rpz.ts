// Response policy zones (draft-vixie-dnsop-dns-rpz): the owner of a record says what triggers, its data what is answered.
// Triggers are names and addresses in answers; those about clients and name servers are counted.
import { answering } from '../effect.ts';
import type { RuleEffect } from '../effect.ts';
import { ALLOW, BELOW, BLOCK, EXACT } from '../rule.ts';
import type { RuleKind } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, LineParser, RuleSink } from './line-format.ts';
import { isIndented } from './octets.ts';
import { RecordEffects } from './record-answer.ts';
import { CNAME } from './record-types.ts';
import { rpzAddress } from './rpz-address.ts';
import { ZoneReader } from './zone-reader.ts';
import type { ZoneRecord } from './zone-reader.ts';

export const rpz: LineFormat = { name: 'rpz', takesTopLevel: true, open: () => new RpzParser() };

/** What a rule of a policy zone does. */
interface PolicyAction {
  readonly kind: RuleKind;
  readonly effect: RuleEffect | undefined;
}

/** Targets of CNAME that stand for something else than the name they are (draft, "Policy Actions"). */
const ACTIONS: Readonly<Record<string, PolicyAction>> = {
  '.': { kind: BLOCK, effect: answering('nxdomain') },
  '*.': { kind: BLOCK, effect: answering('nodata') },
  'rpz-passthru': { kind: ALLOW, effect: undefined },
  'rpz-drop': { kind: BLOCK, effect: answering('drop') },
  'rpz-tcp-only': { kind: BLOCK, effect: answering('tcp') },
};

/** Types that a zone has for itself, or for DNSSEC: no rules. */
const ZONE_TYPES = new Set(['SOA', 'NS', 'RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'DS', 'ZONEMD']);

class RpzParser implements LineParser {
  readonly #zone = new ZoneReader();
  readonly #records = new RecordEffects();
  /** The owner of the SOA record, once it was read. */
  #soaOwner: string | undefined;

  parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
    const line = Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('utf8');
    const read = this.#zone.read(line, isIndented(octets, start));
    if (read === undefined) return;
    if ('skip' in read) sink.skip(read.skip === 'class' ? SKIPPED.class : SKIPPED.setting);
    else if ('fault' in read) sink.fault(read.fault);
    else this.#take(read, sink);
  }

  end(sink: RuleSink): void {
    if (this.#zone.isOpen) sink.fault('a parenthesis that is not closed');
  }

  #take(record: ZoneRecord, sink: RuleSink): void {
    const { owner, type } = record;
    if (type === 'SOA') this.#soaOwner ??= owner;
    // What the zone has for itself is no rule.
    if (owner === this.#apex || ZONE_TYPES.has(type)) return;
    const trigger = this.#triggerOf(owner);
    if (trigger === undefined) {
      sink.fault('a name outside the zone');
      return;
    }
    const action = this.#actionOf(record, trigger);
    if (action === undefined) sink.skip(SKIPPED.answer);
    else fileTrigger(trigger, action, sink);
  }

  /** The name of the zone, which triggers stand under; empty where nothing says it. */
  get #apex(): string {
    return this.#soaOwner ?? this.#zone.firstOrigin;
  }

  /** The owner without the zone's name. */
  #triggerOf(owner: string): string | undefined {
    if (this.#apex === '') return owner;
    return owner.endsWith(`.${this.#apex}`) ? owner.slice(0, -1 - this.#apex.length) : undefined;
  }

  #actionOf({ type, fields }: ZoneRecord, trigger: string): PolicyAction | undefined {
    if (type !== 'CNAME') return this.#answerOf(type, fields);
    const [target = ''] = fields;
    const isWord = target === '.' || target === '*.';
    const known = ACTIONS[isWord ? target : target.toLowerCase().replace(/\.$/, '')];
    if (known !== undefined) return known;
    const name = this.#zone.toAbsolute(target);
    // How PASSTHRU was written at first.
    if (name === trigger) return ACTIONS['rpz-passthru'];
    // "rpz-…" is kept for actions to come, and a star stands for the name that was asked for.
    if (/(^|\.)rpz-[^.]*$/.test(name) || name.startsWith('*.')) return undefined;
    return this.#answerOf(type, [`${name}.`]);
  }

  #answerOf(type: string, fields: readonly string[]): PolicyAction | undefined {
    const names = NAME_FIELD[type];
    const data = fields.map((field, index) => (index === names ? `${this.#zone.toAbsolute(field)}.` : field));
    const effect = this.#records.of(type, data.join(' '));
    return effect && { kind: BLOCK, effect };
  }
}

/** Which field of a record's data is a name, which may be relative. */
const NAME_FIELD: Readonly<Record<string, number>> = { CNAME: 0, PTR: 0, MX: 1, SRV: 3 };

function fileTrigger(trigger: string, { kind, effect }: PolicyAction, sink: RuleSink): void {
  if (trigger === '*') sink.expression('*', kind, effect);
  else if (trigger.endsWith('.rpz-ip')) fileAddress(trigger, { kind, effect }, sink);
  else if (/\.rpz-(client-ip|nsip|nsdname)$/.test(trigger)) sink.skip(SKIPPED.trigger);
  else if (trigger.startsWith('*.')) sink.ruleOn(trigger.slice(2), kind | BELOW, effect);
  else sink.ruleOn(trigger, kind | EXACT, effect);
}

/** An alias in the place of an answer that is there already is not given. */
function fileAddress(trigger: string, { kind, effect }: PolicyAction, sink: RuleSink): void {
  const address = rpzAddress(trigger.slice(0, -'.rpz-ip'.length));
  const answer = effect?.answer;
  if (address === undefined) sink.fault('not LENGTH.ADDRESS-BACKWARDS.rpz-ip');
  else if (typeof answer === 'object' && answer.type === CNAME) sink.skip(SKIPPED.answer);
  else sink.addresses(address, kind, effect);
}
