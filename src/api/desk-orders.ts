// Orders of the desk by command, API or page: what they are about is looked up, whether the role may is judged, and the desk does
// it. Nothing has changed where one of them throws.
import type { Desk, DeskDraft, EndedBy } from '../desk/desk.ts';
import { EVERYTHING, isSameScope, subjectToText } from '../desk/desk-entry.ts';
import type { DeskEntry, DeskScope, Role } from '../desk/desk-entry.ts';
import { instantOf, MAX_PAUSE_MS, MAX_TIMED_MS, readEnd } from '../desk/desk-end.ts';
import { clockLackOf, lackOf } from '../desk/desk-lack.ts';
import { MAX_REASON } from '../desk/desk-line.ts';
import { readScope, vlansOfScope } from '../desk/desk-scope.ts';
import { readSubject } from '../desk/desk-subject.ts';
import type { KnownServices } from '../desk/desk-subject.ts';
import type { TextReading } from '../config/values/scalars.ts';
import { ControlError } from '../control/error-codes.ts';
import type { ErrorCode } from '../control/error-codes.ts';
import { checkMayBegin, checkMayEnd, checkVlans, toldAllowances } from './desk-permission.ts';
import type { PermissionBook } from './desk-permission.ts';
import type {
  DeskRouteTypes,
  GrantsRequest,
  PauseRequest,
  ResumeRequest,
  RevokeRequest,
  RuleRequest,
  TimedRequest,
} from './desk-routes.ts';
import type { Asker } from '../access/role.ts';
import type { RouteHandlers } from './serve-routes.ts';
import { tellEntry } from './told-desk.ts';
import type { DeskTold, GrantsTold } from './told-desk.ts';

/** The service whose desk is meant. */
export interface DeskService extends PermissionBook {
  readonly desk: Desk;
  readonly services: KnownServices;
}

/** How long a pause is unless said. */
const DEFAULT_PAUSE = '10m';

const MAX_USER = 32;

/** Does what the routes of the desk ask. */
export function deskHandlers(service: DeskService): Pick<RouteHandlers, keyof DeskRouteTypes> {
  return {
    'GET /grants': (request, asker) => tellGrants(service, request, asker),
    'POST /allow': (request, asker) => addRule(service, 'allow', request, asker),
    'POST /block': (request, asker) => addRule(service, 'block', request, asker),
    'POST /grant': (request, asker) => addTimed(service, 'grant', request, asker),
    'POST /deny': (request, asker) => addTimed(service, 'deny', request, asker),
    'POST /pause': (request, asker) => pause(service, request, asker),
    'POST /resume': (request, asker) => resume(service, request, asker),
    'POST /revoke': (request, asker) => revoke(service, request, asker),
  };
}

function tellGrants(service: DeskService, { who }: GrantsRequest, asker: Asker): GrantsTold {
  service.desk.read();
  const scope = who === undefined ? undefined : scopeOf(service, who);
  const asked = scope === undefined ? undefined : new Set(vlansOfScope(scope, service.network));
  const mine = asker.vlans.length === 0 ? undefined : new Set(asker.vlans);
  const isMeant = (vlans: readonly string[]): boolean =>
    [asked, mine].every((wanted) => wanted === undefined || vlans.some((vlan) => wanted.has(vlan)));
  const { entries } = service.desk.state;
  return {
    file: service.desk.path,
    entries: entries
      .filter((entry) => (asked ?? mine) === undefined || isMeant(vlansOfScope(entry.scope, service.network)))
      .map((entry) => tellEntry(entry, lackNow(service, entry))),
    allowances: toldAllowances(service).filter(({ vlan }) => isMeant([vlan])),
  };
}

function addRule(
  service: DeskService,
  kind: 'allow' | 'block',
  { who, what, ...why }: RuleRequest,
  asker: Asker,
): Promise<DeskTold> {
  const scope = scopeOf(service, who);
  if (scope.kind !== 'vlan' && scope.kind !== 'policy')
    throw new ControlError(
      'bad_request',
      `${who} is a client, and rules that stay are for a VLAN or a policy; write one of those, or grant it for a time`,
    );
  const subject = valueOf(
    readSubject(what, kind, service.services),
    what.includes('.') ? 'bad_request' : 'unknown',
  );
  return add(service, { kind, scope, subject, untilMs: Infinity, ...whoOf(asker, why) }, asker);
}

function addTimed(
  service: DeskService,
  kind: 'grant' | 'deny',
  { who, what, end, ...why }: TimedRequest,
  asker: Asker,
): Promise<DeskTold> {
  const scope = scopeOf(service, who);
  const subject = valueOf(
    readSubject(what, kind, service.services),
    what.includes('.') ? 'bad_request' : 'unknown',
  );
  const untilMs = endOf(service, end, MAX_TIMED_MS);
  return add(service, { kind, scope, subject, untilMs, ...whoOf(asker, why) }, asker);
}

function pause(
  service: DeskService,
  { who, end = DEFAULT_PAUSE, ...why }: PauseRequest,
  asker: Asker,
): Promise<DeskTold> {
  const scope = vlanOf(service, who);
  const untilMs = endOf(service, end, MAX_PAUSE_MS);
  const draft = { kind: 'pause', scope, subject: EVERYTHING, untilMs, ...whoOf(asker, why) } as const;
  return add(service, draft, asker);
}

async function add(service: DeskService, draft: DeskDraft, asker: Asker): Promise<DeskTold> {
  service.desk.read();
  checkMayBegin(service, draft, asker);
  const outcome = await service.desk.add(draft);
  if ('full' in outcome) throw new ControlError('full', outcome.full);
  return told(service, outcome);
}

function resume(service: DeskService, { who, user }: ResumeRequest, asker: Asker): Promise<DeskTold> {
  const scope = vlanOf(service, who);
  service.desk.read();
  const pauses = service.desk.state.entries.filter(
    (entry) => entry.kind === 'pause' && isSameScope(entry.scope, scope),
  );
  checkVlans(service, { scope }, asker);
  if (pauses.length === 0) throw new ControlError('unknown', `VLAN ${scope.name} is not paused`);
  return endAll(service, pauses, whoOf(asker, { user }));
}

function revoke(service: DeskService, { who, what, user }: RevokeRequest, asker: Asker): Promise<DeskTold> {
  service.desk.read();
  const meant = what === undefined ? byId(service, who) : bySubject(service, who, what);
  for (const entry of meant) checkMayEnd(service, entry, asker);
  return endAll(service, meant, whoOf(asker, { user }));
}

function byId({ desk }: DeskService, id: string): DeskEntry[] {
  const meant = desk.state.entries.filter((entry) => entry.id === id);
  if (meant.length === 0)
    throw new ControlError('unknown', `there is no entry "${id}"; \`vlandns grants\` lists them`);
  return meant;
}

function bySubject(service: DeskService, who: string, what: string): DeskEntry[] {
  const scope = scopeOf(service, who);
  const wanted = what.toLowerCase().replace(/(?<=.)\.$/, '');
  const meant = service.desk.state.entries.filter(
    (entry) =>
      isSameScope(entry.scope, scope) &&
      (entry.kind === 'pause' ? wanted === 'pause' : subjectToText(entry.subject) === wanted),
  );
  if (meant.length === 0)
    throw new ControlError(
      'unknown',
      `nothing was changed about ${what} for ${who}; \`vlandns grants\` lists what was`,
    );
  return meant;
}

async function endAll(service: DeskService, entries: readonly DeskEntry[], by: EndedBy): Promise<DeskTold> {
  return told(service, await service.desk.end(entries, by));
}

function told(
  service: DeskService,
  { entries, replaced, notKept }: Awaited<ReturnType<Desk['end']>>,
): DeskTold {
  return {
    entries: entries.map((entry) => tellEntry(asItStands(service, entry), lackNow(service, entry))),
    replaced: replaced.map((entry) => tellEntry(entry, undefined)),
    notKept,
  };
}

/** The entry with its line in the file, where it is there. */
function asItStands({ desk }: DeskService, entry: DeskEntry): DeskEntry {
  return desk.state.entries.find(({ id }) => id === entry.id) ?? entry;
}

function lackNow({ network, services, desk }: DeskService, entry: DeskEntry): string | undefined {
  return lackOf(entry, network, services) ?? clockLackOf(entry, desk.now());
}

function scopeOf({ network }: DeskService, who: string): DeskScope {
  return valueOf(readScope(who, network), 'unknown');
}

function vlanOf(service: DeskService, who: string): DeskScope {
  const scope = scopeOf(service, who);
  if (scope.kind === 'vlan') return scope;
  throw new ControlError(
    'bad_request',
    `${who} is no VLAN, and a pause is of a whole VLAN; for others write: vlandns grant ${who} everything 10m`,
  );
}

function endOf({ desk, zone }: DeskService, text: string, mostMs: number): number {
  return instantOf(valueOf(readEnd(text, mostMs), 'bad_request'), desk.now(), zone);
}

function valueOf<T>(reading: TextReading<T>, code: ErrorCode): T {
  if ('fault' in reading) throw new ControlError(code, reading.fault);
  return reading.value;
}

/** Who asks and why, as it is kept: nothing in it may be long, or steer what shows it. */
function whoOf(asker: Asker, { user: said, reason }: Pick<RuleRequest, 'user' | 'reason'>) {
  // What is known of who asks goes before what they say of themselves.
  const user = asker.user ?? said;
  // Of a viewer nothing gets here; who is not known to be an admin is none.
  const role: Role = asker.role === 'admin' ? 'admin' : 'parent';
  const name = user?.replaceAll(/[^A-Za-z0-9_.@-]/g, '').slice(0, MAX_USER);
  const why = reason
    // oxlint-disable-next-line no-control-regex -- exactly the control characters are taken out
    ?.replaceAll(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, ' ')
    .trim()
    .slice(0, MAX_REASON)
    // Half of a pair of surrogates, where it was cut.
    .replace(/[\ud800-\udbff]$/, '');
  return {
    role,
    ...(name === undefined || name === '' ? {} : { user: name }),
    ...(why === undefined || why === '' ? {} : { reason: why }),
  };
}
