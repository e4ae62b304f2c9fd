// Questions over TCP or TLS. Each VLAN has connections of its own: none fills another's, nor makes it wait behind slow answers.
import type { UpstreamQuestion } from '../../answers/asked-question.ts';
import type { Exchange, ExchangeLimits, ExchangeOutcome, ExchangeParts } from './exchange.ts';
import { tcpOpener, tlsOpener } from './open-stream.ts';
import type { OpeningStream } from './stream-connection.ts';
import { StreamPool } from './stream-pool.ts';

const TCP_IDLE_MS = 10_000;
const TLS_IDLE_MS = 30_000;

/** How streams are opened, and how long they are kept without a question. */
interface Streams {
  readonly openStream: () => OpeningStream;
  readonly idleMs: number;
}

/** The connections of all VLANs to one server. */
class StreamExchange implements Exchange {
  readonly #parts: ExchangeParts;
  readonly #streams: Streams;
  readonly #pools = new Map<string, StreamPool>();

  constructor(parts: ExchangeParts, streams: Streams) {
    this.#parts = parts;
    this.#streams = streams;
  }

  ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    return this.#poolOf(question).ask(question, query, limits);
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }

  #poolOf({ askedBy = '' }: UpstreamQuestion): StreamPool {
    const pool = this.#pools.get(askedBy) ?? new StreamPool({ ...this.#streams, ...this.#parts });
    this.#pools.set(askedBy, pool);
    return pool;
  }
}

/** Makes the exchange over TCP. */
export function openTcpExchange(parts: ExchangeParts): Exchange {
  return new StreamExchange(parts, {
    openStream: tcpOpener(parts.address, parts.port),
    idleMs: TCP_IDLE_MS,
  });
}

/** Makes the exchange over TLS. */
export function openTlsExchange(parts: ExchangeParts): Exchange {
  const { address, port, serverName, trust } = parts;
  return new StreamExchange(parts, {
    openStream: tlsOpener({ address, port, serverName, trust }),
    idleMs: TLS_IDLE_MS,
  });
}
