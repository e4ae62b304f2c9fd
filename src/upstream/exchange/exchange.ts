// The outcome of one exchange with a server, over any transport. Trouble of the network is a value, never a throw.
import type { FailureReason } from '../server-options.ts';
import type { SecureContext } from 'node:tls';
import type { UpstreamQuestion } from '../../answers/asked-question.ts';
import type { RandomIds } from '../question.ts';
import type { SocketBudget } from '../socket-budget.ts';
import type { Cancellation } from './cancellation.ts';

/** One way to one server: carries questions there and answers back. */
export interface Exchange {
  /** Asks once, with a query as `writeUpstreamQuery` made it, whose id is the exchange's to set; never rejects. */
  ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome>;
  /** Ends what is under way, and closes what is open. */
  close(): void;
}

/** What an exchange with a server is made of. */
export interface ExchangeParts {
  /** Without brackets. */
  readonly address: string;
  readonly port: number;
  /** The name in the server's certificate, where it has one. */
  readonly serverName: string | undefined;
  readonly ids: RandomIds;
  /** The sockets that a VLAN may have at once. */
  readonly budget: SocketBudget;
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  /** Whose certificates are believed, asked for each connection; undefined: Node's. */
  readonly trust?: (() => SecureContext) | undefined;
  /** Called for each message that nobody waits for. */
  readonly ignored: () => void;
  /** Called for each answer that was cut off, and is asked for again over TCP. */
  readonly truncated: () => void;
  /** Called for each spare socket that could not be opened. */
  readonly socketFailed: () => void;
}

/** What came of asking one server once. */
export type ExchangeOutcome =
  /** A response to this very question; over UDP it may be truncated, else it is well-formed. */
  { readonly ok: true; readonly message: Uint8Array } | ExchangeFailure;

/** Why there is no response. */
export interface ExchangeFailure {
  readonly ok: false;
  readonly reason: FailureReason;
  /** Text of the system or the TLS library; empty where there is nothing to add. */
  readonly detail: string;
}

/** How long an exchange may take, and what ends it before. */
export interface ExchangeLimits {
  /** How long all of it may take. An answer that comes by then is used, however late. */
  readonly timeoutMs: number;
  /** The server is asked again each time after this long without an answer, until `timeoutMs` is over ... */
  readonly patienceMs: number;
  /** ... and this is called each time, just before. */
  readonly slow: () => void;
  readonly cancellation: Cancellation;
}

/** Makes a failure. */
export function failure(reason: FailureReason, detail = ''): ExchangeFailure {
  return { ok: false, reason, detail };
}

const reasonsByCode = new Map<string, FailureReason>([
  ['ECONNREFUSED', 'refused-connection'],
  ['ECONNRESET', 'closed'],
  ['EPIPE', 'closed'],
  ['EMFILE', 'too-many-sockets'],
  ['ENFILE', 'too-many-sockets'],
  ['ENOBUFS', 'too-many-sockets'],
]);

/** Makes a failure of an error that a socket gave. */
export function failureOf(error: Error): ExchangeFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = reasonsByCode.get(code);
  if (known !== undefined) return failure(known, code);
  // The system's other codes (ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EACCES ...) all mean that there is no route.
  if (/^E[A-Z0-9]+$/.test(code)) return failure('unreachable', code);
  return failure('tls', error.message);
}
