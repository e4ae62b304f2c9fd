// Questions over UDP, and over TCP what was cut off. A VLAN pays for each with a socket from its share.
import type { UpstreamQuestion } from '../../answers/asked-question.ts';
import { FLAG, HEADER, readU16 } from '../../dns/message.ts';
import { failure } from './exchange.ts';
import type { Exchange, ExchangeLimits, ExchangeOutcome, ExchangeParts } from './exchange.ts';
import { SpareSockets } from './spare-sockets.ts';
import { openTcpExchange } from './stream-exchange.ts';
import { exchangeOverUdp } from './udp-exchange.ts';

class DatagramExchange implements Exchange {
  readonly #parts: ExchangeParts;
  readonly #sockets: SpareSockets;
  readonly #overTcp: Exchange;

  constructor(parts: ExchangeParts) {
    const { address, port, socketFailed } = parts;
    this.#parts = parts;
    this.#sockets = new SpareSockets({ address, port, failed: socketFailed });
    this.#overTcp = openTcpExchange(parts);
  }

  async ask(question: UpstreamQuestion, query: Uint8Array, limits: ExchangeLimits): Promise<ExchangeOutcome> {
    const outcome = await this.#askOverUdp(question, query, limits);
    if (!outcome.ok || !isTruncated(outcome.message)) return outcome;
    this.#parts.truncated();
    return this.#overTcp.ask(question, query, limits);
  }

  close(): void {
    this.#overTcp.close();
    this.#sockets.close();
  }

  async #askOverUdp(
    question: UpstreamQuestion,
    query: Uint8Array,
    limits: ExchangeLimits,
  ): Promise<ExchangeOutcome> {
    const { budget, ids, ignored } = this.#parts;
    if (!budget.take(question.askedBy)) return failure('too-many-sockets');
    const exchange = { sockets: this.#sockets, question, query, id: ids.next(), ignored };
    try {
      return await exchangeOverUdp(exchange, limits);
    } finally {
      budget.give(question.askedBy);
    }
  }
}

/** Makes the exchange over UDP. */
export function openDatagramExchange(parts: ExchangeParts): Exchange {
  return new DatagramExchange(parts);
}

function isTruncated(message: Uint8Array): boolean {
  return (readU16(message, HEADER.FLAGS) & FLAG.TC) !== 0;
}
