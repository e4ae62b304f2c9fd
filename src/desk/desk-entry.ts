// What can be changed at the desk: rules that stay, and grants, denials and pauses that end by themselves. Plain values: what
// they come to for a query is made of them elsewhere.

/** Who may change things: `admin` everything, `parent` what is for a time, within the allowance. */
export type Role = 'admin' | 'parent';

/** What an entry does: `allow` and `block` stay, the others end by themselves. */
export type DeskKind = 'allow' | 'block' | 'grant' | 'deny' | 'pause';

/** Every kind, in the order in which they stand in the file. */
export const DESK_KINDS: readonly DeskKind[] = ['allow', 'block', 'grant', 'deny', 'pause'];

/** Whom an entry is for. A client is one that the configuration names; an address is one of the network's. */
export interface DeskScope {
  readonly kind: 'vlan' | 'policy' | 'client' | 'address';
  readonly name: string;
  /** Of an address: the MAC of the device that had it, where that was known. The entry goes with the device. */
  readonly mac?: string | undefined;
}

/** What an entry is about: a service by its name, a name as in a house rule (`x.example`, `*.x.example`), or everything. */
export type DeskSubject =
  { readonly kind: 'service' | 'name'; readonly name: string } | { readonly kind: 'everything' };

/** Everything there is. */
export const EVERYTHING: DeskSubject = { kind: 'everything' };

/** One change. */
export interface DeskEntry {
  /** Four letters and digits, a letter first. */
  readonly id: string;
  readonly kind: DeskKind;
  readonly scope: DeskScope;
  readonly subject: DeskSubject;
  /** When it was made, and when it ends, in milliseconds since 1970; Infinity for one that stays. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly role: Role;
  /** Who it was, by their own words; nobody has checked it. */
  readonly user?: string | undefined;
  readonly reason?: string | undefined;
  /** Its line in the file; 0 while it is in none. */
  readonly line: number;
}

/** Time that a parent has granted, and that has passed, of a day's allowance. */
export interface SpentTime {
  readonly vlan: string;
  /** A service, or `everything`. */
  readonly what: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly ms: number;
}

/** All that was changed at the desk. A change is another value. */
export interface DeskState {
  readonly entries: readonly DeskEntry[];
  readonly spent: readonly SpentTime[];
}

/** Nothing was changed. */
export const NOTHING_CHANGED: DeskState = { entries: [], spent: [] };

/** Whether an entry stays until somebody takes it back. */
export function isLasting({ kind }: Pick<DeskEntry, 'kind'>): boolean {
  return kind === 'allow' || kind === 'block';
}

/** How far the clock may be set back and what was made before still holds, in milliseconds. */
const SLACK_MS = 3_600_000;

/**
 * Whether an entry holds at an instant. One made in the future tells that the clock was or is wrong: then what opens something
 * does not hold.
 */
export function holdsAt({ kind, fromMs, untilMs }: DeskEntry, unixMs: number): boolean {
  const opens = kind === 'grant' || kind === 'pause';
  return unixMs < untilMs && (!opens || fromMs - SLACK_MS <= unixMs);
}

/** The first instant after this one at which an entry begins or ends to hold; Infinity: never. */
export function nextChangeOf(entries: readonly DeskEntry[], unixMs: number): number {
  let next = Infinity;
  for (const { fromMs, untilMs } of entries)
    for (const instant of [fromMs - SLACK_MS, untilMs])
      if (instant > unixMs && instant < next) next = instant;
  return next;
}

/** Whether two entries are about the same: the later of the two takes the place of the earlier. */
export function isAboutSame(one: DeskEntry, other: DeskEntry): boolean {
  return (
    familyOf(one.kind) === familyOf(other.kind) &&
    isSameScope(one.scope, other.scope) &&
    subjectToText(one.subject) === subjectToText(other.subject)
  );
}

function familyOf(kind: DeskKind): 'rule' | 'timed' | 'pause' {
  if (kind === 'pause') return 'pause';
  return kind === 'allow' || kind === 'block' ? 'rule' : 'timed';
}

/** Whether two scopes are the same: of addresses, whether it is the same device, where both say which. */
export function isSameScope(one: DeskScope, other: DeskScope): boolean {
  if (one.kind !== other.kind) return false;
  return one.mac !== undefined && other.mac !== undefined ? one.mac === other.mac : one.name === other.name;
}

/** `VLAN kids`, `client 192.0.2.7`. */
export function scopeToText({ kind, name }: DeskScope): string {
  return `${kind === 'vlan' ? 'VLAN' : kind === 'address' ? 'client' : kind} ${name}`;
}

/** `youtube`, `x.example`, `everything`. */
export function subjectToText(subject: DeskSubject): string {
  return subject.kind === 'everything' ? 'everything' : subject.name;
}

/** `grant youtube for VLAN kids`, `pause of VLAN kids`. */
export function entryToText({ kind, scope, subject }: Pick<DeskEntry, 'kind' | 'scope' | 'subject'>): string {
  return kind === 'pause'
    ? `pause of ${scopeToText(scope)}`
    : `${kind} ${subjectToText(subject)} for ${scopeToText(scope)}`;
}
