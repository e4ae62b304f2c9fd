// The query path as a listener sees it: one handler for each VLAN and transport, called in two halves.
// The rule: the first half answers at once and keeps nothing; only the second half may wait, and it owns copies.

import type { ClientAddress } from '../addresses/client-address.ts';
import type { Transport } from './transport.ts';

/** Returned by `answerNow` when the answer is not known yet: the listener then calls `resolve` once. */
export const PENDING = -1;

/** Returned by `answerNow` when nothing must be sent. */
export const NO_REPLY = 0;

/** Returned by `answerNow` when the client has asked too much and can be held back: the listener asks again a little later. */
export const LATER = -4;

/** Returned by `answerNow` over a framed transport when what came is no query at all: the listener closes the connection. */
export const NO_QUERY = -5;

/** Answers the queries of one VLAN over one transport. */
export interface QueryHandler {
  /**
   * Answers at once if it can. `query` holds the message in its first `length` octets (0..65535) and, like
   * `client`, is overwritten after the call. The reply is written to the start of `reply` (65,535 octets of room).
   * Returns the octets written, NO_REPLY or PENDING, and where the transport allows them LATER and NO_QUERY. What it throws becomes SERVFAIL and one error line.
   */
  answerNow(query: Uint8Array, length: number, client: ClientAddress, reply: Uint8Array): number;

  /**
   * Answers what `answerNow` left PENDING. `query` and `client` are copies of its own. Resolves to the reply
   * (a UDP reply already cut to what the client takes), or to undefined when nothing must be sent.
   */
  resolve(query: Uint8Array, client: ClientAddress): Promise<Uint8Array | undefined>;

  /** Names the handler that replaces this one: it answers queries that still wait here and whose VLAN is gone. */
  handOver?(successor: QueryHandler): void;
}

/** Gives the handler for a VLAN's listener; called once for each listener, when it is made. */
export type HandlerFor = (vlan: string, transport: Transport) => QueryHandler;
