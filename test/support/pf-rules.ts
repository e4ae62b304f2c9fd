/**
 * A reader of pf.conf(5) for the statements that vlandns generates, in the order that pf's grammar has them, and for no
 * others; and what the rules decide for a packet. There is no pfctl(8) where the tests run.
 */

/** What a rule says of a packet. `to` and `from` are alternatives; undefined is any. */
interface Rule {
  readonly action: 'pass' | 'block return';
  readonly on?: string | undefined;
  readonly family?: 4 | 6 | undefined;
  readonly from?: readonly string[] | undefined;
  readonly to?: { readonly not: boolean; readonly what: string } | undefined;
  readonly port?: string | undefined;
  readonly redirection?: string | undefined;
}

/** A ruleset. */
export interface Ruleset {
  readonly tables: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly Rule[];
}

/** A packet of UDP or TCP that comes in. */
export interface Packet {
  readonly on: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

const ADDRESS = String.raw`[0-9a-f.:]+(?:/\d{1,3})?`;
const DYNAMIC = String.raw`\([a-z]+\d+(?::0)?\)`;
const RULE = new RegExp(
  [
    String.raw`^(?<action>pass|block return) in quick`,
    String.raw`(?: on (?<on>[a-z]+\d+))?(?: (?<inet>inet6?))? proto \{ udp tcp \}`,
    String.raw`(?: from \{ (?<from>${ADDRESS}(?:, ${ADDRESS})*) \})?`,
    String.raw` to(?: (?<not>! )?(?<to>${ADDRESS}|${DYNAMIC}|<[a-z_]+>))?(?: port (?<port>domain|\d+))?`,
    String.raw`(?: rdr-to (?<target>${ADDRESS}|${DYNAMIC}) port (?<targetPort>domain|\d+))?$`,
  ].join(''),
);
const TABLE = new RegExp(String.raw`^table <([a-z_]+)> persist \{ (${ADDRESS}(?:, ${ADDRESS})*) \}$`);

/** Reads a ruleset; throws with the first line that is not a statement of the above kinds. */
export function parsePf(text: string): Ruleset {
  const tables = new Map<string, string[]>();
  const rules: Rule[] = [];
  // A backslash joins lines before anything else is read.
  for (const line of text.replaceAll(/ *\\\n\s*/g, ' ').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, addresses] = TABLE.exec(line) ?? [];
    if (name !== undefined) tables.set(name, (addresses ?? '').split(', '));
    else rules.push(parseRule(line, tables));
  }
  return { tables, rules };
}

function parseRule(line: string, tables: ReadonlyMap<string, unknown>): Rule {
  const found = RULE.exec(line)?.groups;
  if (found === undefined) throw new Error(`not a rule: ${line}`);
  const { action, on, inet, from, to, port, target, targetPort } = found;
  const table = /^<(.*)>$/.exec(to ?? '')?.[1];
  if (table !== undefined && !tables.has(table)) throw new Error(`no table <${table}>: ${line}`);
  if (target !== undefined && inet === undefined) throw new Error(`rdr-to without a family: ${line}`);
  return {
    action: action === 'pass' ? 'pass' : 'block return',
    on,
    family: inet === undefined ? undefined : inet === 'inet' ? 4 : 6,
    from: from?.split(', '),
    to: to === undefined ? undefined : { not: found['not'] !== undefined, what: to },
    port: port === 'domain' ? '53' : port,
    redirection:
      target === undefined ? undefined : `${target} port ${targetPort === 'domain' ? '53' : targetPort}`,
  };
}

/**
 * What the first rule that fits says of a packet: `pass`, `block return`, `rdr-to … port …`, or `no rule`. `own` are the
 * addresses of interfaces, `contains` whether a prefix has an address.
 */
export function decide(
  { rules, tables }: Ruleset,
  packet: Packet,
  own: Readonly<Record<string, readonly string[]>>,
  contains: (prefix: string, address: string) => boolean,
): string {
  const isOne = (what: string, address: string): boolean => {
    const [, table] = /^<(.*)>$/.exec(what) ?? [];
    if (table !== undefined) return (tables.get(table) ?? []).some((prefix) => contains(prefix, address));
    const [, name] = /^\(([a-z0-9]+)\)$/.exec(what) ?? [];
    return name === undefined ? contains(what, address) : (own[name] ?? []).includes(address);
  };
  const family = packet.to.includes(':') ? 6 : 4;
  const rule = rules.find(
    ({ on, family: wanted, from, to, port }) =>
      (on === undefined || on === packet.on) &&
      (wanted === undefined || wanted === family) &&
      (from === undefined || from.some((prefix) => isOne(prefix, packet.from))) &&
      (to === undefined || isOne(to.what, packet.to) !== to.not) &&
      (port === undefined || port === String(packet.port)),
  );
  if (rule === undefined) return 'no rule';
  return rule.redirection === undefined ? rule.action : `rdr-to ${rule.redirection}`;
}
