// The running daemon as commands and tests ask it: a method for each route of the table, with its types.
import { askDaemon } from '../control/control-client.ts';
import { ASKER_HEADER, toAskerHeader } from '../access/asker-header.ts';
import type { Asker } from '../access/role.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { AnswerQuestion, ToldAnswer } from '../explain/upstream-answer.ts';
import type { Status } from '../status/status.ts';
import type {
  GrantsRequest,
  PauseRequest,
  ResumeRequest,
  RevokeRequest,
  RuleRequest,
  TimedRequest,
} from './desk-routes.ts';
import type { OrderOutcome } from './list-orders.ts';
import { ROUTES } from './routes.ts';
import type { DeskTold, GrantsTold } from './told-desk.ts';
import type {
  ExplainRequest,
  FlushOutcome,
  ReloadOutcome,
  RouteName,
  RouteTypes,
  StatusRequest,
  ToldClients,
  ToldConfiguration,
} from './routes.ts';

/** Asks one daemon through its control socket; every method throws NotRunning, or a ControlError with its code. */
export class DaemonClient {
  readonly #socket: string;
  readonly #timeoutMs: number;
  readonly #asker: Asker | undefined;

  /** `timeoutMs`: how long one that says nothing is waited for, in milliseconds; 0 is for ever. `asker`: for whom it asks. */
  constructor(socket: string, timeoutMs = 0, asker?: Asker) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#asker = asker;
  }

  /** The same for somebody else: it is answered as they would be, and never as more than who may use the socket. */
  as(asker: Asker): DaemonClient {
    return new DaemonClient(this.#socket, this.#timeoutMs, asker);
  }

  status(request: StatusRequest = {}): Promise<Status> {
    return this.#ask('GET /status', request);
  }

  reload(): Promise<ReloadOutcome> {
    return this.#ask('POST /reload', {});
  }

  /** Fetches lists now, all or those named. */
  updateLists(names: readonly string[]): Promise<OrderOutcome> {
    return this.#ask('POST /lists/update', { names });
  }

  /** Lets through what is held back of a list. */
  acceptList(name: string): Promise<OrderOutcome> {
    return this.#ask('POST /lists/accept', { name });
  }

  /** The clients of a VLAN, or of all. */
  clients(vlan?: string): Promise<ToldClients> {
    return this.#ask('GET /clients', { vlan });
  }

  /** The answer of an upstream set. */
  answer(question: AnswerQuestion): Promise<ToldAnswer> {
    return this.#ask('GET /answer', question);
  }

  /** The whole decision for a client and a name. */
  explain(request: ExplainRequest): Promise<Explanation> {
    return this.#ask('GET /explain', request);
  }

  /** The text of the configuration in effect. */
  configuration(): Promise<ToldConfiguration> {
    return this.#ask('GET /configuration', {});
  }

  /** Forgets cached answers: those of a name and all below it, or all. */
  flush(name: string | undefined): Promise<FlushOutcome> {
    return this.#ask('POST /flush', { name });
  }

  /** What was changed at the desk and holds. */
  grants(request: GrantsRequest = {}): Promise<GrantsTold> {
    return this.#ask('GET /grants', request);
  }

  /** Allows something for good. */
  allow(request: RuleRequest): Promise<DeskTold> {
    return this.#ask('POST /allow', request);
  }

  /** Blocks something for good. */
  block(request: RuleRequest): Promise<DeskTold> {
    return this.#ask('POST /block', request);
  }

  /** Allows something for a time. */
  grant(request: TimedRequest): Promise<DeskTold> {
    return this.#ask('POST /grant', request);
  }

  /** Blocks something for a time. */
  deny(request: TimedRequest): Promise<DeskTold> {
    return this.#ask('POST /deny', request);
  }

  /** Suspends what a VLAN blocks. */
  pause(request: PauseRequest): Promise<DeskTold> {
    return this.#ask('POST /pause', request);
  }

  /** Ends a pause. */
  resume(request: ResumeRequest): Promise<DeskTold> {
    return this.#ask('POST /resume', request);
  }

  /** Ends something before its time, or a rule. */
  revoke(request: RevokeRequest): Promise<DeskTold> {
    return this.#ask('POST /revoke', request);
  }

  /** Any route of the table, by its name. */
  ask<Name extends RouteName>(
    name: Name,
    request: RouteTypes[Name]['request'],
  ): Promise<RouteTypes[Name]['reply']> {
    return this.#ask(name, request);
  }

  async #ask<Name extends RouteName>(
    name: Name,
    request: RouteTypes[Name]['request'],
  ): Promise<RouteTypes[Name]['reply']> {
    const query = new URLSearchParams(
      ROUTES[name].toQuery(request).map(([key, value]) => [key, value]),
    ).toString();
    const [method, path = ''] = name.split(' ');
    const target = query === '' ? path : `${path}?${query}`;
    const reply = await askDaemon(this.#socket, method === 'GET' ? 'GET' : 'POST', target, {
      timeoutMs: this.#timeoutMs,
      headers: this.#asker === undefined ? {} : { [ASKER_HEADER]: toAskerHeader(this.#asker) },
    });
    // Both ends are this program: the daemon sends what the route's type says.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return reply as RouteTypes[Name]['reply'];
  }
}
