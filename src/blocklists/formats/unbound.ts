// Lines of unbound.conf(5) that block: `local-zone:` with a type that does, and the `local-data:` that is answered instead.
import { answering } from '../effect.ts';
import type { RuleEffect } from '../effect.ts';
import { BLOCK, EXACT, SUBTREE } from '../rule.ts';
import { SKIPPED } from './line-format.ts';
import type { LineFormat, LineParser, RuleSink } from './line-format.ts';
import { startOfSpacedComment, toText, trimEnd } from './octets.ts';
import { RecordEffects } from './record-answer.ts';

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

const NXDOMAIN = answering('nxdomain');
const REFUSED = answering('refused');
const DROP = answering('drop');
const REDIRECT = answering('redirect');

/** What each type of zone that blocks answers; the others resolve, or say nothing alone. */
const ZONE_TYPES: Readonly<Record<string, RuleEffect>> = {
  static: NXDOMAIN,
  always_nxdomain: NXDOMAIN,
  always_nodata: answering('nodata'),
  refuse: REFUSED,
  always_refuse: REFUSED,
  always_null: answering('zero'),
  deny: DROP,
  always_deny: DROP,
  inform_deny: DROP,
  redirect: REDIRECT,
  inform_redirect: REDIRECT,
};

const OTHER_TYPES = new Set([
  'transparent',
  'typetransparent',
  'always_transparent',
  'inform',
  'nodefault',
  'noview',
  'block_a',
]);

const ZONE = /^local-zone:\s*(["']?)([^\s"']+)\1\s+(["']?)([a-z_]+)\3$/;
const DATA = /^local-data:\s*(?:"([^"]*)"|'([^']*)'|(\S.*))$/;
const SETTING = /^[a-z][a-z0-9-]*:/;

function parseText(text: string, records: RecordEffects, sink: RuleSink): void {
  const zone = ZONE.exec(text);
  if (zone !== null) parseZone(zone[2] ?? '', zone[4] ?? '', sink);
  else if (text.startsWith('local-zone:')) sink.fault('not local-zone: "NAME" TYPE');
  else if (text.startsWith('local-data:')) parseData(text, records, sink);
  else if (SETTING.test(text)) sink.skip(SKIPPED.setting);
  else sink.fault('not an unbound setting');
}

function parseZone(name: string, type: string, sink: RuleSink): void {
  const effect = Object.hasOwn(ZONE_TYPES, type) ? ZONE_TYPES[type] : undefined;
  if (effect === undefined) {
    if (OTHER_TYPES.has(type)) sink.skip(SKIPPED.zoneType);
    else sink.fault(`"${type}" is not a type of local-zone`);
  } else if (name === '.') sink.expression('*', BLOCK, effect);
  else sink.ruleOn(name, BLOCK | SUBTREE, effect);
}

/** A record is for its owner alone; that a `redirect` zone answers it below as well is told where the zone is. */
function parseData(text: string, records: RecordEffects, sink: RuleSink): void {
  const [, double, single, bare] = DATA.exec(text) ?? [];
  const record = double ?? single ?? bare ?? '';
  const fields = /^(\S+)\s+(?:(?:\d+|IN)\s+){0,2}([a-z0-9]+)\s+(\S.*)$/i.exec(record.trim());
  const [, owner = '', type = '', data = ''] = fields ?? [];
  if (fields === null) {
    sink.fault('not local-data: "NAME [TTL] [IN] TYPE DATA"');
    return;
  }
  const effect = records.of(type, data);
  if (effect === undefined) sink.skip(SKIPPED.answer);
  else sink.ruleOn(owner, BLOCK | EXACT, effect);
}
