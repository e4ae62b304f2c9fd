// One question over UDP: a socket and a random port of its own, an id of its own, and patience with whatever is not the
// answer. A forged or broken datagram never ends the wait for the right one.
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Socket, SocketOptions } from 'node:dgram';
import { FLAG, HEADER, HEADER_OCTETS, readU16, writeU16 } from '../../dns/message.ts';
import { RCODE, rcodeToText } from '../../dns/numbers.ts';
import { isWellFormedResponse } from '../../dns/response-check.ts';
import { failure, failureOf } from './exchange.ts';
import type { ExchangeLimits, ExchangeOutcome } from './exchange.ts';
import { isAnswerTo } from '../question.ts';
import type { UpstreamQuestion } from '../question.ts';

/** A question on its way to one server. */
export interface UdpExchange {
  readonly address: string;
  readonly port: number;
  readonly question: UpstreamQuestion;
  /** The query as `writeUpstreamQuery` made it; the id is written into it. */
  readonly query: Uint8Array;
  readonly id: number;
  /** Called for each datagram that was not the answer. */
  readonly ignored: () => void;
}

/** Addresses need no look-up; without this each socket goes through the thread pool twice. */
const lookup: NonNullable<SocketOptions['lookup']> = (address, _options, callback) => {
  callback(null, address, isIPv6(address) ? 6 : 4);
};

/** Asks, and waits until the answer, an error of the network, the time-out or the signal. */
export function exchangeOverUdp(exchange: UdpExchange, limits: ExchangeLimits): Promise<ExchangeOutcome> {
  return new Promise((resolve) => {
    const { address, port, query } = exchange;
    // Connected, so that the kernel drops what others send and tells us of ICMP errors (RFC 5452 section 9.1).
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', lookup });
    const settle = (outcome: ExchangeOutcome): void => {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', cancel);
      closeQuietly(socket);
      resolve(outcome);
    };
    const cancel = (): void => settle(failure('cancelled'));
    const timer = setTimeout(() => settle(failure('timeout')), limits.timeoutMs);
    limits.signal.addEventListener('abort', cancel);
    socket.on('error', (error) => settle(failureOf(error)));
    socket.on('message', (datagram) => {
      const outcome = judge(exchange, datagram);
      if (outcome === undefined) exchange.ignored();
      else settle(outcome);
    });
    writeU16(query, HEADER.ID, exchange.id);
    socket.once('connect', () => socket.send(query));
    socket.connect(port, address);
  });
}

/** What a datagram comes to; undefined when it is not the answer. */
function judge(exchange: UdpExchange, datagram: Uint8Array): ExchangeOutcome | undefined {
  if (datagram.length < HEADER_OCTETS || readU16(datagram, HEADER.ID) !== exchange.id) return undefined;
  if (isBareError(datagram)) {
    return failure('rcode', rcodeToText(readU16(datagram, HEADER.FLAGS) & FLAG.RCODE));
  }
  if (!isAnswerTo(exchange.question, datagram)) return undefined;
  // What is cut off need not be well-formed: it is asked again over TCP, and nothing of it is used.
  const truncated = (readU16(datagram, HEADER.FLAGS) & FLAG.TC) !== 0;
  if (!truncated && !isWellFormedResponse(datagram, datagram.length)) return undefined;
  return { ok: true, message: datagram };
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

function closeQuietly(socket: Socket): void {
  // A late error of a socket that nobody waits for is nobody's.
  socket.removeAllListeners();
  socket.on('error', () => {});
  socket.close();
}
