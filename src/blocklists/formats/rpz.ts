// Response policy zones (draft-vixie-dnsop-dns-rpz): the owner of a record says what triggers, its data what is answered.
// Triggers are names and addresses in answers; those about clients and name servers are counted.
import { TYPE } from '../../dns/numbers.ts';
import { answering } from '../effect.ts';
import type { RuleEffect } from '../effect.ts';
import { ALLOW, BELOW, BLOCK, EXACT } from '../rule.ts';
import type { RuleKind } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, LineParser, RuleSink } from './line-format.ts';
import { isIndented } from './text/octets.ts';
import { RecordEffects } from './zone/record-answer.ts';
import { isReadableType } from './zone/record-data.ts';
import { rpzAddress } from './zone/rpz-address.ts';
import { OriginFinder, ZONE_TYPES } from './zone/rpz-origin.ts';
import type { ZoneOrigin } from './zone/rpz-origin.ts';
import { UNKNOWN_ORIGIN, ZoneReader } from './zone/zone-reader.ts';
import type { ZoneRecord } from './zone/zone-reader.ts';

export const rpz: LineFormat = { name: 'rpz', takesTopLevel: true, open: (zone) => new RpzParser(zone) };

/** What a rule of a policy zone does. */
interface PolicyAction {
  readonly kind: RuleKind;
  readonly effect: RuleEffect | undefined;
}

const NODATA: PolicyAction = { kind: BLOCK, effect: answering('nodata') };

/** Targets of CNAME that stand for an action (draft, "Policy Actions"). */
const ACTIONS: Readonly<Record<string, PolicyAction>> = {
  '.': { kind: BLOCK, effect: answering('nxdomain') },
  '*.': NODATA,
  'rpz-passthru': { kind: ALLOW, effect: undefined },
  'rpz-drop': { kind: BLOCK, effect: answering('drop') },
  'rpz-tcp-only': { kind: BLOCK, effect: answering('tcp') },
};

/** The fault of an owner that is not in the zone, or whose zone is not known. */
const OUTSIDE = 'a name outside the zone';
const ZONE_UNKNOWN = 'the name of the zone is not known; write it beside the source, as zone: NAME';

class RpzParser implements LineParser {
  readonly #records = new RecordEffects();
  #zone: ZoneReader;
  #finder: OriginFinder | undefined;
  /** The name of the zone, as ZoneOrigin has it. */
  #apex: string;

  constructor(zone: string | undefined) {
    const name = zone?.toLowerCase().replace(/\.$/, '');
    this.#apex = name ?? '';
    this.#zone = new ZoneReader(name);
    this.#finder = name === undefined ? new OriginFinder() : undefined;
  }

  parseLine(octets: Uint8Array, start: number, end: number, sink: RuleSink): void {
    const text = Buffer.from(octets.buffer, octets.byteOffset + start, end - start).toString('utf8');
    const line = { line: sink.lineNumber, text, isIndented: isIndented(octets, start) };
    if (this.#finder === undefined) {
      this.#read(text, line.isIndented, sink);
      return;
    }
    const origin = this.#finder.take(line);
    if (origin !== undefined) this.#begin(origin, this.#finder, sink);
  }

  end(sink: RuleSink): void {
    if (this.#finder !== undefined) this.#begin(this.#finder.decide(), this.#finder, sink);
    if (this.#zone.isOpen) sink.fault('a parenthesis that is not closed');
  }

  /** Reads the lines that were held until the zone's name was known. */
  #begin({ origin, apex }: ZoneOrigin, { held }: OriginFinder, sink: RuleSink): void {
    this.#finder = undefined;
    this.#zone = new ZoneReader(origin);
    this.#apex = apex;
    for (const line of held) {
      sink.at(line);
      this.#read(line.text, line.isIndented, sink);
    }
  }

  #read(text: string, indented: boolean, sink: RuleSink): void {
    const read = this.#zone.read(text, indented);
    if (read === undefined) return;
    if ('skip' in read)
      sink.skip(
        read.skip === 'class' ? SKIPPED.class : `the directive ${(text.split(/\s/)[0] ?? '').toUpperCase()}`,
      );
    else if ('fault' in read) sink.fault(read.fault);
    else this.#take(read, sink);
  }

  #take(record: ZoneRecord, sink: RuleSink): void {
    const { owner, type } = record;
    // Records at the apex and of the zone's own types are no rules.
    if (owner === this.#apex || ZONE_TYPES.has(type)) return;
    const trigger = this.#triggerOf(owner);
    if (trigger === undefined) {
      sink.fault(this.#apex === UNKNOWN_ORIGIN ? ZONE_UNKNOWN : OUTSIDE);
      return;
    }
    const action = this.#actionOf(record, trigger);
    if (action === undefined) {
      sink.skip(SKIPPED.answer);
      // We do not answer records of this type, but the name exists: other types get NODATA.
      if (!isReadableType(type)) fileTrigger(trigger, NODATA, sink);
    } else fileTrigger(trigger, action, sink);
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
    const name = this.#nameOf(target);
    // The first spelling of PASSTHRU.
    if (name === `${trigger}.`) return ACTIONS['rpz-passthru'];
    // "rpz-…" is reserved for future actions.
    if (/(^|\.)rpz-[^.]*\.$/.test(name)) return undefined;
    if (!name.startsWith('*.')) return this.#answerOf(type, [name]);
    // The star stands for the qname.
    const isName = this.#records.of(type, name.slice(2)) !== undefined;
    return isName ? { kind: BLOCK, effect: answering({ type: TYPE.CNAME, data: name }) } : undefined;
  }

  #answerOf(type: string, fields: readonly string[]): PolicyAction | undefined {
    const names = NAME_FIELD[type];
    const data = fields.map((field, index) => (index === names ? this.#nameOf(field) : field));
    const effect = this.#records.of(type, data.join(' '));
    return effect && { kind: BLOCK, effect };
  }

  /** A name in data, with its final dot; in a zone whose name is not known, a relative name is taken as absolute. */
  #nameOf(field: string): string {
    if (field === '.') return field;
    return `${this.#zone.toAbsolute(field).replace(`.${UNKNOWN_ORIGIN}`, '')}.`;
  }
}

/** The field of a type's data that is a name and may be relative. */
const NAME_FIELD: Readonly<Record<string, number>> = {
  CNAME: 0,
  DNAME: 0,
  PTR: 0,
  NS: 0,
  MX: 1,
  HTTPS: 1,
  SVCB: 1,
  SRV: 3,
};

function fileTrigger(trigger: string, { kind, effect }: PolicyAction, sink: RuleSink): void {
  const other = /(?:^|\.)(rpz-(?:client-ip|nsip|nsdname))$/.exec(trigger)?.[1];
  if (trigger === '*') sink.rootRule(kind | BELOW, effect);
  else if (trigger.endsWith('.rpz-ip')) fileAddress(trigger, { kind, effect }, sink);
  else if (other !== undefined) sink.skip(`a trigger of the kind ${other}`);
  else if (trigger.startsWith('*.')) sink.ruleOn(trigger.slice(2), kind | BELOW, effect);
  else sink.ruleOn(trigger, kind | EXACT, effect);
}

function fileAddress(trigger: string, { kind, effect }: PolicyAction, sink: RuleSink): void {
  const address = rpzAddress(trigger.slice(0, -'.rpz-ip'.length));
  if (address === undefined) sink.fault('not LENGTH.ADDRESS-BACKWARDS.rpz-ip');
  else sink.addresses(address, kind, effect);
}
