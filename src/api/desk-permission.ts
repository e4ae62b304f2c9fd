// What the role parent may do at the desk: in its VLANs, for a time, within the allowance of the policies there; and it ends
// nothing that an admin began. The rule: an admin may do everything.
import type { Config } from '../config/config.ts';
import { durationToText } from '../config/values/duration.ts';
import { ControlError } from '../control/error-codes.ts';
import { isCounted, sharesOf, usedOn } from '../desk/allowance.ts';
import type { AllowanceBook } from '../desk/allowance.ts';
import type { Desk, DeskDraft } from '../desk/desk.ts';
import { entryToText, isAboutSame, scopeToText, subjectToText } from '../desk/desk-entry.ts';
import type { DeskEntry } from '../desk/desk-entry.ts';
import type { DeskZone } from '../desk/desk-end.ts';
import { clientsOf, policiesOfScope, vlansOfScope } from '../desk/desk-scope.ts';
import type { DeskNetwork } from '../desk/desk-scope.ts';
import type { Asker } from '../access/role.ts';
import type { ToldAllowance } from './told-desk.ts';

/** What permissions are judged by. */
export interface PermissionBook {
  readonly desk: Pick<Desk, 'state' | 'now'>;
  readonly config: Pick<Config, 'vlans'> & {
    readonly policies: readonly Pick<Config['policies'][number], 'name' | 'allowance'>[];
  };
  readonly network: DeskNetwork;
  readonly zone: DeskZone;
}

/** Throws a ControlError `forbidden` where the asker may not begin this. */
export function checkMayBegin(book: PermissionBook, draft: DeskDraft, asker: Asker): void {
  if (asker.role === 'admin') return;
  checkVlans(book, draft, asker);
  const asIf: DeskEntry = { ...draft, id: '', line: 0, fromMs: book.desk.now() };
  const replaced = book.desk.state.entries.filter((entry) => isAboutSame(entry, asIf));
  for (const entry of replaced) checkMayEnd(book, entry, asker);
  const concerned = policiesOfScope(draft.scope, book.network);
  for (const { vlan, policy } of concerned) {
    const allowance = allowanceOf(book, policy);
    if (allowance.size === 0) continue;
    if (draft.kind === 'allow')
      throw new ControlError(
        'forbidden',
        `policy ${policy} has an allowance, and a rule that stays has no end; write a time: vlandns grant ${draft.scope.name} ${subjectToText(draft.subject)} 30m`,
      );
    if (isCounted(asIf)) checkAllowance(book, { vlan, policy, replaced }, asIf);
  }
}

/** Throws a ControlError `forbidden` where the asker may not end this. */
export function checkMayEnd(book: PermissionBook, entry: DeskEntry, asker: Asker): void {
  if (asker.role === 'admin') return;
  checkVlans(book, entry, asker);
  if (entry.role === 'admin')
    throw new ControlError(
      'forbidden',
      `"${entryToText(entry)}" (${entry.id}) was made by an admin, who alone may end it`,
    );
}

/** Throws a ControlError `forbidden` where this is about VLANs that the asker has nothing to do with. */
export function checkVlans(
  { network }: PermissionBook,
  { scope }: Pick<DeskEntry, 'scope'>,
  { vlans }: Asker,
): void {
  if (vlans.length === 0) return;
  const foreign = vlansOfScope(scope, network).filter((vlan) => !vlans.includes(vlan));
  if (foreign.length > 0)
    throw new ControlError(
      'forbidden',
      `${scopeToText(scope)} is about VLAN ${foreign.join(', ')}, and you are for ${vlans.join(', ')}`,
    );
}

interface AskedOf {
  readonly vlan: string;
  readonly policy: string;
  /** What goes when this comes: its time from now on is given back. */
  readonly replaced: readonly DeskEntry[];
}

function checkAllowance(book: PermissionBook, { vlan, policy, replaced }: AskedOf, entry: DeskEntry): void {
  const what = subjectToText(entry.subject);
  const most = allowanceOf(book, policy).get(what);
  if (most === undefined)
    throw new ControlError(
      'forbidden',
      `policy ${policy} has no allowance for ${what}; it has one for ${[...allowanceOf(book, policy).keys()].join(', ')} (policies.${policy}.allowance)`,
    );
  const given: AllowanceBook = bookOf(book, replaced);
  for (const { day, ms } of sharesOf(entry.fromMs, entry.untilMs, book.zone)) {
    const left = Math.max(0, most - usedOn(day, { vlan, what }, given));
    if (ms <= left + ROUNDING_MS) continue;
    const isToday = day === book.zone.wallClockAt(entry.fromMs).day;
    throw new ControlError(
      'forbidden',
      `policy ${policy} allows ${what} for ${durationToText(most)} a day: ${spanText(left)} are left ${isToday ? 'today' : 'of the next day'} in VLAN ${vlan}; write that or less`,
    );
  }
}

/** What a clock's tick makes of a duration is not counted. */
const ROUNDING_MS = 999;

/** Whole minutes, or below one, seconds; rounded down. */
function spanText(ms: number): string {
  return ms >= 60_000 ? `${Math.floor(ms / 60_000)}m` : `${Math.floor(ms / 1000)}s`;
}

/** The desk as allowances see it; with some entries ended now. */
function bookOf({ desk, network, zone }: PermissionBook, ended: readonly DeskEntry[] = []): AllowanceBook {
  const nowMs = desk.now();
  const entries = desk.state.entries.map((entry) =>
    ended.includes(entry) ? { ...entry, untilMs: Math.min(nowMs, entry.untilMs) } : entry,
  );
  return {
    state: { ...desk.state, entries },
    zone,
    isAbout: ({ scope }, vlan) => vlansOfScope(scope, network).includes(vlan),
  };
}

function allowanceOf({ config }: PermissionBook, policy: string): ReadonlyMap<string, number> {
  return config.policies.find(({ name }) => name === policy)?.allowance ?? new Map();
}

/** The allowances of every VLAN's policies, and what is left of each today. */
export function toldAllowances(book: PermissionBook): ToldAllowance[] {
  const today = book.zone.wallClockAt(book.desk.now()).day;
  const given = bookOf(book);
  return book.config.vlans.flatMap((vlan) =>
    [...new Set([vlan.policy, ...clientsOf(vlan).map(({ policy }) => policy)])].flatMap((policy) =>
      [...allowanceOf(book, policy)].map(([what, ms]) => ({
        vlan: vlan.name,
        policy,
        what,
        secondsADay: ms / 1000,
        secondsLeft: Math.max(0, Math.floor((ms - usedOn(today, { vlan: vlan.name, what }, given)) / 1000)),
      })),
    ),
  );
}
