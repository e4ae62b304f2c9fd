// What the daemon and doctor itself say: `vlandns status --json`, and the lines of upstream-reach.txt.

import type { Fact } from '../facts/evidence.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the status as JSON; leaves out what has another form than expected. A line that nobody answered is a fact too. */
export function parseStatus(source: SourceText): Fact[] {
  const lines = linesOf(source).map(quote);
  const silent = lines.find(({ text }) => /vlandns (?:is not running|does not answer)/.test(text));
  if (silent !== undefined)
    return [{ kind: 'not running', isHung: silent.text.includes('does not answer'), at: silent }];
  const status = toFields(toJson(source.text));
  const place = (key: string, value: string): Quote =>
    lines.find(({ text }) => text.startsWith(`"${key}": ${JSON.stringify(value)}`)) ?? {
      source: source.name,
      line: 1,
      text: `${key}: ${value}`,
    };
  return [
    ...toList(status['vlans']).flatMap((vlan) => toVlan(vlan, lines, place('name', toText(vlan['name'])))),
    ...toList(status['lists']).flatMap((one) => toListSource(one, lines)),
    ...toList(status['upstreams']).flatMap((set) =>
      toList(set['servers']).map((server) => toUpstream(toText(set['name']), server, place)),
    ),
  ];
}

function toVlan(vlan: Fields, lines: readonly Quote[], at: Quote): Fact[] {
  const name = toText(vlan['name']);
  if (name === '') return [];
  const below = lines.slice(at.line);
  const line = (key: string): Quote => below.find((one) => one.text.startsWith(`"${key}":`)) ?? at;
  const counters = toFields(vlan['counters']);
  const problem = vlan['problem'];
  return [
    {
      kind: 'served vlan',
      vlan: name,
      state: toText(vlan['state']),
      problem: typeof problem === 'string' ? problem : undefined,
      queries: toNumber(counters['queries']),
      sourceMismatch: toNumber(counters['sourceMismatch']),
      kernelDrops: toNumber(vlan['kernelDrops']),
      addresses: toList(vlan['listeners']).map((listener) => toText(listener['address'])),
      unbound: toList(vlan['unbound']).map((one) => toText(one['address'])),
      missingLists: toList(vlan['missingLists']).map((one) => ({
        list: toText(one['list']),
        policy: toText(one['policy']),
        refuses: one['refuses'] === true,
      })),
      sample: at.source,
      at,
      stateAt: line('state'),
      queriesAt: line('queries'),
      mismatchAt: line('sourceMismatch'),
      dropsAt: line('kernelDrops'),
    },
  ];
}

function toListSource(fields: Fields, lines: readonly Quote[]): Fact[] {
  const source = toText(fields['source']);
  const list = toText(fields['list']);
  const first = lines.findIndex(
    ({ text }, at) =>
      text.startsWith(`"source": ${JSON.stringify(source)}`) &&
      lines[at - 1]?.text.startsWith(`"list": ${JSON.stringify(list)}`) === true,
  );
  const at = lines[first];
  if (source === '' || at === undefined) return [];
  const stateAt = lines.slice(first).find(({ text }) => text.startsWith('"state":')) ?? at;
  return [{ kind: 'list source', list, source, state: toText(fields['state']), at, stateAt }];
}

function toUpstream(set: string, server: Fields, place: (key: string, value: string) => Quote): Fact {
  const name = toText(server['server']);
  return {
    kind: 'upstream',
    set,
    server: name,
    state: toText(server['state']),
    answered: toNumber(server['answered']),
    failed: toNumber(server['failed']),
    at: place('server', name),
  };
}

function toJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function toList(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(toFields) : [];
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toNumber(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

const REACH = /^(\S+): (ok|failed)(?:: (.*))?$/;

/** Reads upstream-reach.txt: `SERVER: ok: 12 ms` or `SERVER: failed: REASON`. */
export function parseReach(source: SourceText): Fact[] {
  return linesOf(source).flatMap((line): Fact[] => {
    const at = quote(line);
    const [, server, outcome, reason = ''] = REACH.exec(at.text) ?? [];
    return server === undefined ? [] : [{ kind: 'reach', server, ok: outcome === 'ok', reason, at }];
  });
}
