// Lines of unbound.conf(5) that decide on names: `local-zone:` and the `local-data:` in it. What a line means depends on the
// others; ../precedence/unbound-precedence.ts settles that when the file has been read.
import { answering } from '../effect.ts';
import type { RuleAnswer, RuleEffect, ZoneType } from '../effect.ts';
import { BLOCK, CUT, EXACT, SUBTREE } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, LineParser, RuleSink } from './line-format.ts';
import { startOfSpacedComment, toText, trimEnd } from './text/octets.ts';
import { reverseName } from './zone/reverse-name.ts';
import { RecordEffects } from './zone/record-answer.ts';

export const unbound: LineFormat = { name: 'unbound', takesTopLevel: true, open };

function open(): LineParser {
  const records = new RecordEffects();
  return {
    parseLine: (octets, start, end, sink) => {
      const text = toText(octets, start, trimEnd(octets, start, startOfSpacedComment(octets, start, end)));
      parseText(text, records, sink);
    },
  };
}

const NODATA = answering('nodata');

/** What is filed for a type of zone: a rule with an effect, a mark, or both. */
interface ZoneRule {
  readonly block?: RuleEffect;
  readonly open?: RuleEffect;
}

/** A zone that answers all names alike. */
function closed(zone: ZoneType, answer: RuleAnswer): ZoneRule {
  return { block: { answer, zone } };
}

/** A zone that resolves its names. */
function resolving(zone: ZoneType): ZoneRule {
  return { open: { zone } };
}

/** A zone that denies addresses of one kind. */
function withoutAddresses(zone: ZoneType, type: number): ZoneRule {
  return { block: { types: [type], answer: 'nodata', zone }, open: { zone } };
}

const A = 1;
const AAAA = 28;

/** The `inform…` types also log in unbound, which we do not. */
const ZONES: Readonly<Record<string, ZoneRule>> = {
  static: closed('static', 'nxdomain'),
  always_nxdomain: closed('always_nxdomain', 'nxdomain'),
  always_nodata: closed('always_nodata', 'nodata'),
  always_null: closed('always_null', 'zero'),
  refuse: closed('refuse', 'refused'),
  always_refuse: closed('always_refuse', 'refused'),
  deny: closed('deny', 'drop'),
  inform_deny: closed('deny', 'drop'),
  always_deny: closed('always_deny', 'drop'),
  redirect: closed('redirect', 'redirect'),
  inform_redirect: closed('redirect', 'redirect'),
  transparent: resolving('transparent'),
  inform: resolving('transparent'),
  noview: resolving('transparent'),
  typetransparent: resolving('typetransparent'),
  always_transparent: resolving('always_transparent'),
  block_a: withoutAddresses('block_a', A),
  block_a_wdata: withoutAddresses('block_a_wdata', A),
  block_aaaa: withoutAddresses('block_aaaa', AAAA),
  block_aaaa_wdata: withoutAddresses('block_aaaa_wdata', AAAA),
};

/** A setting's key and its value, up to the next key; a quoted part is one word. */
const SETTING = /([a-z][a-z0-9-]*):(?:\s+|$)((?:"[^"]*"|'[^']*'|(?![a-z][a-z0-9-]*:(?:\s|$))\S+|\s+)*)/y;
const ZONE = /^(["']?)([^\s"']+)\1\s+(["']?)([a-z_]+)\3$/;
const DATA = /^(?:"([^"]*)"|'([^']*)'|([^\s"'].*))$/;

/** Reads the settings of a line, of which there may be several. */
function parseText(text: string, records: RecordEffects, sink: RuleSink): void {
  // `local-zone:"x"` needs no space.
  const line = text.replace(/^(local-(?:zone|data|data-ptr)):(?=["'])/, '$1: ');
  SETTING.lastIndex = 0;
  const settings: [key: string, value: string][] = [];
  while (SETTING.lastIndex < line.length) {
    const at = SETTING.lastIndex;
    const [, key = '', value = ''] = SETTING.exec(line) ?? [];
    if (key === '') return sink.fault(at === 0 ? 'not an unbound setting' : 'not KEY: VALUE');
    settings.push([key, value.trim()]);
  }
  for (const [key, value] of settings) parseSetting(key, value, records, sink);
}

function parseSetting(key: string, value: string, records: RecordEffects, sink: RuleSink): void {
  if (key === 'local-zone') parseZone(value, sink);
  else if (key === 'local-data') parseData(value, records, sink);
  else if (key === 'local-data-ptr') parsePointer(value, records, sink);
  else sink.skip(key === 'server' ? SKIPPED.setting : `the setting ${key}:`);
}

function parseZone(value: string, sink: RuleSink): void {
  const [, , name = '', , type = ''] = ZONE.exec(value) ?? [];
  const zone = Object.hasOwn(ZONES, type) ? ZONES[type] : undefined;
  if (name === '') sink.fault('not local-zone: "NAME" TYPE');
  // `nodefault` only removes unbound's built-in content of a zone.
  else if (type === 'nodefault') sink.skip(SKIPPED.zoneType);
  else if (zone === undefined) sink.fault(`"${type}" is not a type of local-zone`);
  else fileZone(name, zone, sink);
}

function fileZone(name: string, zone: ZoneRule, sink: RuleSink): void {
  if (name === '.') {
    if (zone.block !== undefined) sink.rootRule(BLOCK | SUBTREE, zone.block);
    if (zone.open !== undefined) sink.rootRule(CUT, zone.open);
    return;
  }
  if (zone.block !== undefined) sink.ruleOn(name, BLOCK | SUBTREE, zone.block);
  if (zone.open !== undefined) sink.ruleOn(name, CUT, zone.open);
}

/** Files a record for its owner alone; unbound-precedence.ts extends it to names below in a `redirect` zone. */
function parseData(value: string, records: RecordEffects, sink: RuleSink): void {
  const [, double, single, bare] = DATA.exec(value) ?? [];
  const record = double ?? single ?? bare ?? '';
  const fields = /^(\S+)\s+(?:(?:\d+[smhdw]?|IN)\s+){0,2}([a-z0-9]+)\s+(\S.*)$/i.exec(record.trim());
  const [, owner = '', type = '', data = ''] = fields ?? [];
  if (fields === null) {
    sink.fault('not local-data: "NAME [TTL] [IN] TYPE DATA"');
    return;
  }
  // Within double quotes a text is in single quotes.
  const isText = /^(txt|spf)$/i.test(type);
  const effect = records.of(type, isText ? data.replace(/'([^']*)'/g, '"$1"') : data);
  if (owner.startsWith('*')) {
    sink.skip(SKIPPED.pattern);
    return;
  }
  if (effect === undefined) sink.skip(SKIPPED.answer);
  // We may not answer this record, but the name exists: other types get NODATA.
  sink.ruleOn(owner, BLOCK | EXACT, effect ?? NODATA);
}

/** `local-data-ptr: "192.0.2.1 [TTL] name"`. */
function parsePointer(value: string, records: RecordEffects, sink: RuleSink): void {
  const [, double, single, bare] = DATA.exec(value) ?? [];
  const [, address = '', name = ''] =
    /^(\S+)\s+(?:\d+\s+)?(\S+)$/.exec((double ?? single ?? bare ?? '').trim()) ?? [];
  const owner = reverseName(address);
  const effect = records.of('PTR', name);
  if (owner === undefined || effect === undefined) sink.fault('not local-data-ptr: "ADDRESS [TTL] NAME"');
  else sink.ruleOn(owner, BLOCK | EXACT, effect);
}
