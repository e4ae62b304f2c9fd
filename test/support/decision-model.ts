// What DESIGN says is decided on a name, as plain as it can be said: sections 3 and 4, and the grants, denies and pauses of section 12.
// The rule: nothing of src is used, and nothing is made quick.

/** A rule of the house: `a.example` is it and all below, `*.a.example` only what is below. */
interface ModelRule {
  readonly name: string;
  readonly allows: boolean;
}

/** An entry of a list: the name alone, with all below, or only what is below. */
export interface ModelEntry {
  readonly scope: 'name' | 'subtree' | 'below';
  readonly name: string;
  readonly isException: boolean;
  readonly isImportant: boolean;
  /** The only type it is about. */
  readonly type?: string;
}

/** A schedule in UTC; days are 0 for Sunday to 6. */
export interface ModelSchedule {
  readonly name: string;
  readonly days: readonly number[];
  readonly fromMinutes: number;
  readonly toMinutes: number;
  /** As 2026-12-24. */
  readonly except: readonly string[];
  readonly block: 'everything' | { readonly rules: readonly string[]; readonly lists: readonly string[] };
}

/** A policy with all that it inherits. */
export interface ModelPolicy {
  readonly name: string;
  readonly block: readonly string[];
  readonly allow: readonly string[];
  readonly blockLists: readonly string[];
  readonly allowLists: readonly string[];
  readonly only: boolean;
  readonly blocksBypass: boolean;
  readonly schedules: readonly ModelSchedule[];
}

/** What was changed at the desk. */
export interface ModelDesk {
  readonly does: 'grant' | 'deny' | 'block' | 'allow' | 'pause';
  /** The name that it is about; none for a pause. */
  readonly name: string;
  readonly for: { readonly policy: string } | { readonly vlan: string; readonly address?: string };
  readonly untilMs: number;
}

/** A VLAN: its policy, clients with policies of their own (the longest prefix wins), and its own local data. */
interface ModelVlan {
  readonly name: string;
  readonly policy: string;
  readonly clients: readonly {
    readonly prefix: string;
    readonly addresses: readonly string[];
    readonly policy: string;
  }[];
  readonly records: readonly ModelRecord[];
}

/** A name of local data; with `leadsTo` an alias. */
export interface ModelRecord {
  readonly name: string;
  readonly leadsTo?: string;
}

/** Everything that decides. */
export interface ModelWorld {
  readonly vlans: readonly ModelVlan[];
  readonly policies: readonly ModelPolicy[];
  readonly lists: Readonly<Record<string, readonly ModelEntry[]>>;
  readonly records: readonly ModelRecord[];
  readonly desk: readonly ModelDesk[];
  readonly canaries: readonly string[];
  readonly bypassNames: readonly string[];
  readonly specialZones: readonly string[];
}

/** Who asks for what, and when. */
export interface ModelQuestion {
  readonly vlan: string;
  readonly address: string;
  readonly name: string;
  readonly type: string;
  readonly unixMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** What is decided. */
export function decide(world: ModelWorld, asked: ModelQuestion): 'blocked' | 'allowed' {
  const vlan = world.vlans.find(({ name }) => name === asked.vlan)!;
  const policy = policyOf(world, vlan, asked.address);
  if (policy.blocksBypass && world.canaries.includes(asked.name)) return 'blocked';
  let { name } = asked;
  for (let record = localRecord(world, vlan, name); record !== undefined;) {
    if (record.leadsTo === undefined) return 'allowed';
    name = record.leadsTo;
    record = localRecord(world, vlan, name);
  }
  if (world.specialZones.some((zone) => isAtOrBelow(name, zone))) return 'allowed';
  return verdict(world, policy, { ...asked, name });
}

function policyOf(world: ModelWorld, vlan: ModelVlan, address: string): ModelPolicy {
  const [exception] = vlan.clients
    .filter(({ addresses }) => addresses.includes(address))
    .toSorted((a, b) => a.addresses.length - b.addresses.length);
  return world.policies.find(({ name }) => name === (exception?.policy ?? vlan.policy))!;
}

/** A name of the VLAN's own hides that for all; a wildcard covers what is below its parent and does not exist. */
function localRecord(world: ModelWorld, vlan: ModelVlan, name: string): ModelRecord | undefined {
  const hidden = new Set(vlan.records.map((record) => record.name));
  const seen = [...vlan.records, ...world.records.filter((record) => !hidden.has(record.name))];
  const exact = seen.find((record) => record.name === name);
  if (exact !== undefined) return exact;
  const exists = (other: string): boolean => seen.some((record) => isAtOrBelow(record.name, other));
  if (exists(name)) return undefined;
  for (let above = parentOf(name); above !== ''; above = parentOf(above)) {
    const wildcard = seen.find((record) => record.name === `*.${above}`);
    if (wildcard !== undefined) return wildcard;
    if (exists(above)) return undefined;
  }
  return undefined;
}

function verdict(world: ModelWorld, policy: ModelPolicy, asked: ModelQuestion): 'blocked' | 'allowed' {
  const desk = world.desk.filter((entry) => entry.untilMs > asked.unixMs && isFor(entry, policy, asked));
  const forced = (does: ModelDesk['does']): boolean =>
    desk.some((entry) => entry.does === does && isAbout(entry.name, asked.name));
  if (forced('grant')) return 'allowed';
  if (forced('deny')) return 'blocked';
  const isPaused = desk.some(({ does }) => does === 'pause');
  const schedules = policy.schedules.filter((schedule) => !isPaused && holds(schedule, asked.unixMs));

  const rules: ModelRule[] = [];
  const add = (names: readonly string[], allows: boolean): void =>
    void rules.push(...names.map((name) => ({ name, allows })));
  if (policy.blocksBypass) add(world.bypassNames, false);
  if (!isPaused) {
    add(policy.block, false);
    add(policy.allow, true);
    for (const { block } of schedules) if (block !== 'everything') add(block.rules, false);
    for (const { does, name } of desk)
      if (does === 'block' || does === 'allow') add([name], does === 'allow');
  }
  const ruled = mostSpecific(rules.filter(({ name }) => isAbout(name, asked.name)));
  if (ruled !== undefined) return ruled;
  if (isPaused) return 'allowed';
  if (schedules.some(({ block }) => block === 'everything')) return 'blocked';

  const added = schedules.flatMap(({ block }) => (block === 'everything' ? [] : block.lists));
  const listed = byLists(world, policy, added, asked);
  return listed ?? (policy.only ? 'blocked' : 'allowed');
}

function isFor(entry: ModelDesk, policy: ModelPolicy, { vlan, address }: ModelQuestion): boolean {
  if ('policy' in entry.for) return entry.for.policy === policy.name;
  return entry.for.vlan === vlan && (entry.for.address ?? address) === address;
}

/** The most specific name wins; on a tie, what allows. */
function mostSpecific(rules: readonly ModelRule[]): 'blocked' | 'allowed' | undefined {
  if (rules.length === 0) return undefined;
  const labels = ({ name }: ModelRule): number => name.replace(/^\*\./, '').split('.').length;
  const most = Math.max(...rules.map(labels));
  return rules.some((rule) => labels(rule) === most && rule.allows) ? 'allowed' : 'blocked';
}

/** Allow beats block at any depth, `$important` beats that. */
function byLists(
  { lists }: ModelWorld,
  policy: ModelPolicy,
  added: readonly string[],
  { name, type }: ModelQuestion,
): 'blocked' | 'allowed' | undefined {
  const matching = (list: string): ModelEntry[] =>
    (lists[list] ?? []).filter((entry) => isEntryAbout(entry, name) && (entry.type ?? type) === type);
  const allowing = policy.allowLists.flatMap(matching);
  const used = new Set([...policy.blockLists, ...added].filter((list) => !policy.allowLists.includes(list)));
  const blocking = [...used].flatMap(matching);
  const allows = [...allowing, ...blocking.filter(({ isException }) => isException)];
  const blocks = blocking.filter(({ isException }) => !isException);
  if (allows.some(({ isImportant }) => isImportant)) return 'allowed';
  if (blocks.some(({ isImportant }) => isImportant)) return 'blocked';
  if (allows.length > 0) return 'allowed';
  return blocks.length > 0 ? 'blocked' : undefined;
}

function isEntryAbout(entry: ModelEntry, name: string): boolean {
  if (entry.scope === 'name') return name === entry.name;
  return isAtOrBelow(name, entry.name) && (entry.scope === 'subtree' || name !== entry.name);
}

/** Looks at every minute that a period of the schedule could have begun in. */
function holds(schedule: ModelSchedule, unixMs: number): boolean {
  const { days, fromMinutes, toMinutes, except } = schedule;
  const length = toMinutes > fromMinutes ? toMinutes - fromMinutes : toMinutes + DAY_MINUTES - fromMinutes;
  const minute = Math.floor(unixMs / MINUTE_MS);
  for (let began = minute; began > minute - length; began--) {
    const date = new Date(began * MINUTE_MS);
    const isBeginning = date.getUTCHours() * 60 + date.getUTCMinutes() === fromMinutes;
    if (isBeginning && days.includes(date.getUTCDay()) && !except.includes(date.toISOString().slice(0, 10)))
      return true;
  }
  return false;
}

function isAbout(rule: string, name: string): boolean {
  return rule.startsWith('*.') ? name.endsWith(rule.slice(1)) : isAtOrBelow(name, rule);
}

function isAtOrBelow(name: string, above: string): boolean {
  return name === above || name.endsWith(`.${above}`);
}

function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}
