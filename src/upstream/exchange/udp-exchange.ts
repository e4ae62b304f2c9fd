// One question over UDP: a socket, a random port and an id of its own. Datagrams that are not the answer are ignored: a
// forged or broken one never ends the wait for the right one. A silent server is asked again from the same port with the
// same id: a late answer to the first try is an answer, and an attacker has no second port or id to guess.
import { FLAG, HEADER, HEADER_OCTETS, readU16, writeU16 } from '../../dns/message.ts';
import { RCODE, rcodeToText } from '../../dns/numbers.ts';
import { responseOctets } from '../../dns/response-check.ts';
import { failure, failureOf } from './exchange.ts';
import type { ExchangeLimits, ExchangeOutcome } from './exchange.ts';
import { isAnswerTo } from '../question.ts';
import type { UpstreamQuestion } from '../../answers/asked-question.ts';
import { closeQuietly } from './spare-sockets.ts';
import type { SpareSockets, TakenSocket } from './spare-sockets.ts';

/** A question on its way to one server. */
export interface UdpExchange {
  /** The server's address. */
  readonly sockets: SpareSockets;
  readonly question: UpstreamQuestion;
  /** The query as `writeUpstreamQuery` made it; the id is written into it. */
  readonly query: Uint8Array;
  readonly id: number;
  /** Called for each datagram that was not the answer. */
  readonly ignored: () => void;
}

/** Asks, and waits until the answer, an error of the network, the time-out or the cancellation. */
export async function exchangeOverUdp(
  exchange: UdpExchange,
  limits: ExchangeLimits,
): Promise<ExchangeOutcome> {
  let taken: TakenSocket;
  try {
    taken = exchange.sockets.take();
  } catch (error) {
    if (error instanceof Error) return failureOf(error);
    throw error;
  }
  return exchangeOver(taken, exchange, limits);
}

function exchangeOver(
  { socket, isConnected }: TakenSocket,
  exchange: UdpExchange,
  limits: ExchangeLimits,
): Promise<ExchangeOutcome> {
  return new Promise((resolve) => {
    const { sockets, query } = exchange;
    const { cancellation, timeoutMs, patienceMs } = limits;
    let isSettled = false;
    const settle = (outcome: ExchangeOutcome): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(timer);
      clearInterval(repeat);
      cancellation.remove(cancel);
      resolve(outcome);
      // Closing takes a while; the caller need not wait for that.
      setImmediate(closeQuietly, socket);
    };
    const cancel = (): void => settle(failure('cancelled'));
    const timer = setTimeout(() => settle(failure('timeout')), timeoutMs);
    // The last one would coincide with the time-out.
    let repeats = Math.ceil(timeoutMs / patienceMs) - 1;
    const repeat = setInterval(() => {
      if (repeats-- <= 0) return;
      limits.slow();
      if (isSent) ask();
    }, patienceMs);
    cancellation.add(cancel);
    writeU16(query, HEADER.ID, exchange.id);
    let isSent = false;
    const ask = (): void => {
      if (isSettled) return;
      isSent = true;
      socket.send(query);
    };
    socket.on('error', (error) => settle(failureOf(error)));
    socket.on('message', (datagram) => {
      const outcome = judge(exchange, datagram);
      if (outcome === undefined) exchange.ignored();
      else settle(outcome);
    });
    if (isConnected) return ask();
    socket.once('connect', ask);
    sockets.connect(socket);
  });
}

/** The outcome that a datagram gives; undefined when it is not the answer. */
function judge(exchange: UdpExchange, datagram: Uint8Array): ExchangeOutcome | undefined {
  if (datagram.length < HEADER_OCTETS || readU16(datagram, HEADER.ID) !== exchange.id) return undefined;
  if (isBareError(datagram)) {
    return failure('rcode', rcodeToText(readU16(datagram, HEADER.FLAGS) & FLAG.RCODE));
  }
  if (!isAnswerTo(exchange.question, datagram)) return undefined;
  // A truncated answer need not be well-formed: the question is asked again over TCP, and nothing of the answer is used.
  const truncated = (readU16(datagram, HEADER.FLAGS) & FLAG.TC) !== 0;
  if (truncated) return { ok: true, message: datagram };
  // Octets after the last record that the header counts are ignored: some servers pad their datagrams.
  const octets = responseOctets(datagram, datagram.length);
  return octets < 0 ? undefined : { ok: true, message: datagram.subarray(0, octets) };
}

/** A header alone, with FORMERR or NOTIMP: so old servers answer a query with EDNS (RFC 6891 section 7). */
function isBareError(datagram: Uint8Array): boolean {
  const flags = readU16(datagram, HEADER.FLAGS);
  const rcode = flags & FLAG.RCODE;
  return (
    datagram.length === HEADER_OCTETS &&
    (flags & (FLAG.QR | FLAG.OPCODE)) === FLAG.QR &&
    readU16(datagram, HEADER.QDCOUNT) === 0 &&
    (rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP)
  );
}
