// What the web server answers itself, beside the routes of the control socket and of the query log: types that the page shares. Paths are below
// /api/v1; every other route of API_ROUTES (src/api/routes.ts, src/querylog/routes.ts) has there the path that it has on its socket: a GET takes
// its query string, a POST a JSON object with the keys of its request.
import type { AccessRole } from '../access/role.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';
import type { ToldService } from '../explain/told/services.ts';
import type { HistoryFilter, LoggedQuery } from '../querylog/history.ts';
import type { Status } from '../status/status.ts';

/** Who is logged in: the reply of `GET /session` and `POST /session`. */
export interface ToldSession {
  /** Undefined: nobody needs to log in here (no users, loopback). */
  readonly user: string | undefined;
  readonly role: AccessRole;
  /** The VLANs that it is about; none are all. */
  readonly vlans: readonly string[];
  /** IANA name of the zone of times that people write and read. */
  readonly timeZone: string;
  /** Of the program that serves. */
  readonly version: string;
  /** Whether queries are logged at all, so that Log and Traffic have something to show. */
  readonly hasLog: boolean;
}

/** `POST /session`: logs in, sets the cookie. */
export interface LoginRequest {
  readonly user: string;
  readonly password: string;
}

/** An error as RFC 9457 has it, `application/problem+json`. */
export interface Problem {
  /** `about:blank#CODE` is not used: a relative reference, `/api/v1/problems/CODE`. */
  readonly type: string;
  /** For people, one for each code. */
  readonly title: string;
  readonly status: number;
  /** What is wrong and what to do, a sentence for people. */
  readonly detail: string;
  /** As on the control socket: programs go by it. */
  readonly code: string;
}

/** What doctor found: `GET /doctor`. */
export interface ToldDoctor {
  /** When it looked, ISO 8601. */
  readonly at: string;
  readonly diagnosis: Diagnosis;
}

/** `GET /services`. */
export interface ToldServices {
  readonly services: readonly ToldService[];
}

/** A fault of the configuration file. */
export interface ConfigurationFault {
  readonly severity: 'error' | 'warning';
  /** As `check` prints it: `FILE:LINE:COL: error: what is wrong; what to write instead`. */
  readonly text: string;
  readonly line: number | undefined;
}

/** Lines of the file that go together. */
export interface ConfigurationPart {
  readonly kind: 'same' | 'added' | 'removed';
  readonly lines: readonly string[];
}

/** `GET /configuration`: what is in effect, and what a reload would change. Secrets are replaced. */
export interface ToldConfigurationFile {
  readonly file: string;
  /** From what is in effect to what is on disk now; `same` only where a reload would change nothing. */
  readonly parts: readonly ConfigurationPart[];
  readonly faults: readonly ConfigurationFault[];
}

/** Which events are wanted; for `query`, the filter of `GET /log`. */
interface EventsRequest extends Pick<HistoryFilter, 'vlan' | 'client' | 'name' | 'blocked'> {
  /** `status`, `log`, or both with a comma between. */
  readonly topics: string;
}

/** The data of an event. */
type WebEvent = Status | LoggedQuery | { readonly missed: number };

/**
 * Events of `GET /events` (text/event-stream). Query parameters: `topics` (`status`, `log`; comma between), and for `log` the filter of
 * `GET /log`. A comment comes every 15 s. `id` of a query is its place in the log, so that Last-Event-ID goes on behind it.
 *
 * - `status`: a Status as `GET /status` gives it, at first and whenever something but counters has changed, and every 10 s.
 * - `query`: a LoggedQuery.
 * - `missed`: `{ "missed": N }`, how many queries were left out for want of a reader that keeps up.
 */
export type WebEventName = 'status' | 'query' | 'missed';

type NoRequest = Readonly<Record<string, never>>;

/** What the routes that the web server answers itself take and give. */
export interface WebRouteTypes {
  'GET /session': { readonly request: NoRequest; readonly reply: ToldSession };
  'POST /session': { readonly request: LoginRequest; readonly reply: ToldSession };
  'DELETE /session': { readonly request: NoRequest; readonly reply: undefined };
  'GET /events': { readonly request: EventsRequest; readonly stream: WebEvent };
  'GET /doctor': { readonly request: NoRequest; readonly reply: ToldDoctor };
  'GET /services': { readonly request: NoRequest; readonly reply: ToldServices };
  'GET /configuration': { readonly request: NoRequest; readonly reply: ToldConfigurationFile };
}

/** A route that the web server answers itself. */
export type WebRouteName = keyof WebRouteTypes;
