// One line of desk.yaml: a map of YAML on one line, which is also how a person writes it. The rule: what is read and written
// again is the same line; what is not understood is a sentence, and never an exception.
import { isIP } from 'node:net';
import { toMac } from '../addresses/mac.ts';
import { toAddress } from '../addresses/prefix-text.ts';
import { readRule } from '../config/grammar/rule-text.ts';
import { DESK_KINDS, EVERYTHING, isLasting } from './desk-entry.ts';
import type { DeskEntry, DeskKind, DeskScope, DeskSubject, Role, SpentTime } from './desk-entry.ts';

/** What a line says. */
export type LineReading =
  { readonly entry: DeskEntry } | { readonly spent: SpentTime } | { readonly fault: string };

/** Longer ones are not ours. */
const MAX_LINE = 2000;

export const MAX_REASON = 200;

const SCOPES = ['vlan', 'policy', 'client', 'address'] as const;
const SUBJECTS = ['service', 'name'] as const;
const KEYS: ReadonlySet<string> = new Set([
  'id',
  'do',
  ...SCOPES,
  'mac',
  ...SUBJECTS,
  'everything',
  'until',
  'at',
  'by',
  'user',
  'reason',
  'spent',
  'day',
  'seconds',
]);
const MS_A_DAY = 86_400_000;

type Pairs = ReadonlyMap<string, string>;

/** Reads a line that is neither empty nor a comment. */
export function readDeskLine(text: string, line: number): LineReading {
  if (text.length > MAX_LINE) return { fault: `is longer than ${MAX_LINE} characters` };
  const inside = /^- ?\{(.*)\}\s*$/.exec(text)?.[1];
  if (inside === undefined) return { fault: 'is no entry of the form "- { id: …, do: … }"' };
  const pairs = pairsIn(inside);
  if (typeof pairs === 'string') return { fault: pairs };
  try {
    return pairs.has('spent') ? { spent: toSpent(pairs) } : { entry: toEntry(pairs, line) };
  } catch (error) {
    if (error instanceof LineFault) return { fault: error.message };
    throw error;
  }
}

/** What a line has that no entry has. */
class LineFault extends Error {}

/** `key: value` and a comma or the end; a value is plain or in quotes. */
const PAIR = /\s*([a-z]+)\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"',{}[\]#][^,{}[\]#]*?)\s*(,|$)/y;

function pairsIn(inside: string): Pairs | string {
  const pairs = new Map<string, string>();
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < inside.length) {
    const rest = inside.slice(PAIR.lastIndex);
    if (rest.trim() === '') break;
    const [, key = '', written = ''] = PAIR.exec(inside) ?? [];
    if (key === '') return `is not understood at ${JSON.stringify(rest.trim().slice(0, 40))}`;
    if (!KEYS.has(key)) return `has the key "${key}", which no entry has`;
    if (pairs.has(key)) return `has the key "${key}" twice`;
    const value = unquoted(written);
    if (value === undefined) return `has a value that is not understood: ${written.slice(0, 40)}`;
    pairs.set(key, value);
  }
  return pairs;
}

function unquoted(written: string): string | undefined {
  if (written.startsWith("'")) return written.slice(1, -1).replaceAll("''", "'");
  if (!written.startsWith('"')) return written;
  try {
    return String(JSON.parse(written));
  } catch {
    // An escape that JSON does not know; YAML has more of them, and we write none.
    return undefined;
  }
}

function toEntry(pairs: Pairs, line: number): DeskEntry {
  const kind = DESK_KINDS.find((known) => known === pairs.get('do'));
  if (kind === undefined) throw new LineFault(`has no "do:" with one of ${DESK_KINDS.join(', ')}`);
  const id = pairs.get('id') ?? '';
  if (!/^[a-z][a-z0-9]{1,15}$/.test(id)) throw new LineFault('has no "id:" of letters and digits');
  const { user, reason } = { user: pairs.get('user'), reason: pairs.get('reason')?.slice(0, MAX_REASON) };
  const subject = kind === 'pause' ? EVERYTHING : toSubject(pairs, kind);
  return {
    id,
    kind,
    scope: toScope(pairs),
    subject,
    fromMs: toInstant(pairs, 'at'),
    untilMs: isLasting({ kind }) ? Infinity : toInstant(pairs, 'until'),
    role: toRole(pairs.get('by')),
    ...(user === undefined ? {} : { user }),
    ...(reason === undefined ? {} : { reason }),
    line,
  };
}

function toScope(pairs: Pairs): DeskScope {
  const [kind, another] = SCOPES.filter((key) => pairs.has(key));
  if (kind === undefined || another !== undefined)
    throw new LineFault(`says not for whom; it has to have one of ${SCOPES.join(', ')}`);
  const name = pairs.get(kind) ?? '';
  const mac = pairs.get('mac');
  if (kind !== 'address') {
    if (mac !== undefined) throw new LineFault('has a "mac:" without an "address:"');
    return { kind, name };
  }
  const address = isIP(name) === 0 ? undefined : toAddress(name);
  if (address === undefined) throw new LineFault(`has an address that is none: ${JSON.stringify(name)}`);
  if (mac === undefined) return { kind, name: address };
  const known = toMac(mac);
  if (known === undefined) throw new LineFault(`has a MAC that is none: ${JSON.stringify(mac)}`);
  return { kind, name: address, mac: known };
}

function toSubject(pairs: Pairs, kind: DeskKind): DeskSubject {
  if (pairs.get('everything') === 'true' && !isLasting({ kind })) return EVERYTHING;
  const of = SUBJECTS.find((key) => pairs.has(key));
  if (of === undefined) throw new LineFault('says not about what; it has to have "name:" or "service:"');
  const name = pairs.get(of) ?? '';
  if (of === 'service') return { kind: of, name };
  const reading = name.startsWith('/') ? { fault: 'is a regular expression' } : readRule(name);
  if ('fault' in reading) throw new LineFault(`has a name that is none: ${reading.fault}`);
  return { kind: of, name: reading.value };
}

function toInstant(pairs: Pairs, key: 'at' | 'until'): number {
  const written = pairs.get(key) ?? '';
  const unixMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(unixMs))
    throw new LineFault(`has no "${key}:" with a time such as "2026-12-01T18:00:00Z"`);
  return unixMs;
}

function toRole(by: string | undefined): Role {
  if (by !== 'admin' && by !== 'parent') throw new LineFault('has no "by:" with admin or parent');
  return by;
}

function toSpent(pairs: Pairs): SpentTime {
  const day = Date.parse(`${pairs.get('day') ?? ''}T00:00:00Z`) / MS_A_DAY;
  const seconds = Number(pairs.get('seconds') ?? Number.NaN);
  if (!Number.isInteger(day) || !(seconds >= 0)) throw new LineFault('has no "day:" or no "seconds:"');
  return { vlan: pairs.get('vlan') ?? '', what: pairs.get('spent') ?? '', day, ms: seconds * 1000 };
}

/** The line of an entry. */
export function entryToLine(entry: DeskEntry): string {
  const { id, kind, scope, subject, fromMs, untilMs, role, user, reason } = entry;
  const about =
    subject.kind === 'everything'
      ? { everything: kind === 'pause' ? undefined : 'true' }
      : { [subject.kind]: subject.name };
  return toLine({
    id,
    do: kind,
    [scope.kind]: scope.name,
    mac: scope.mac,
    ...about,
    until: untilMs === Infinity ? undefined : new Date(untilMs).toISOString(),
    at: new Date(fromMs).toISOString(),
    by: role,
    user,
    reason,
  });
}

/** The line of time that was spent. */
export function spentToLine({ vlan, what, day, ms }: SpentTime): string {
  const date = new Date(day * MS_A_DAY).toISOString().slice(0, 10);
  return toLine({ spent: what, vlan, day: date, seconds: String(Math.ceil(ms / 1000)) });
}

function toLine(values: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(values).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [`${key}: ${NO_TEXT.has(key) || isPlain(value) ? value : JSON.stringify(value)}`],
  );
  return `- { ${pairs.join(', ')} }`;
}

/** Keys whose values are no text for YAML. */
const NO_TEXT: ReadonlySet<string> = new Set(['everything', 'seconds']);

/** Whether YAML takes a text for itself without quotes. */
function isPlain(value: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_.-]*$/.test(value) && !/^(?:true|false|null|y|n|yes|no|on|off)$/i.test(value);
}
