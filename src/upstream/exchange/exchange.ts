// The outcome of one exchange with a server, over any transport. Trouble of the network is a value, never a throw.
import type { FailureReason } from '../server-options.ts';
import type { Cancellation } from './cancellation.ts';

/** The outcome of asking one server once. */
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
