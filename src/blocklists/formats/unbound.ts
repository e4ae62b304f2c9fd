// Lines of unbound.conf(5) that decide on names: `local-zone:` and the `local-data:` that is answered in it. What one means
// depends on the others; ../precedence/unbound-precedence.ts puts that right when the file has been read.
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

/** What a type of zone files: a rule with an effect, a mark, or both. */
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

/** `inform…` says it in unbound's log besides. */
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

/** A setting's key and what stands behind it, up to the next key: quoted parts are one. */
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
  // Only takes unbound's own content of a zone away.
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

/** A record is for its owner alone; that a `redirect` zone answers it below as well is told where the zone is. */
function parseData(value: string, records: RecordEffects, sink: RuleSink): void {
  const [, double, single, bare] = DATA.exec(value) ?? [];
  const record = double ?? single ?? bare ?? '';
  const fields = /^(\S+)\s+(?:(?:\d+[smhdw]?|IN)\s+){0,2}([a-z0-9]+)\s+(\S.*)$/i.exec(record.trim());
  const [, owner = '', type = '', data = ''] = fields ?? [];
  if (fields === null) {
    sink.fault('not local-data: "NAME [TTL] [IN] TYPE DATA"');
    return;
  }
  // Within double quotes a text is written in single ones.
  const isText = /^(txt|spf)$/i.test(type);
  const effect = records.of(type, isText ? data.replace(/'([^']*)'/g, '"$1"') : data);
  if (owner.startsWith('*')) {
    sink.skip(SKIPPED.pattern);
    return;
  }
  if (effect === undefined) sink.skip(SKIPPED.answer);
  // A name with a record that is not given here still is one without others.
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
