// The kinds of exchange with a server, by the scheme that names them in the configuration. Another kind is a file beside this one
// and a row.
import type { ServerOptions } from '../server-options.ts';
import type { Exchange, ExchangeParts } from './exchange.ts';
import { openTcpExchange, openTlsExchange } from './stream-exchange.ts';
import { openDatagramExchange } from './datagram-exchange.ts';

/** A kind of exchange. */
export interface Transport {
  /** Where servers are asked unless their port is written. */
  readonly port: number;
  /** Queries are padded to a multiple of so many octets; 0 for none. */
  readonly paddingBlock: number;
  /** Makes the exchange with one server. */
  readonly open: (parts: ExchangeParts) => Exchange;
}

/** All of them. */
export const TRANSPORTS: Readonly<Record<ServerOptions['transport'], Transport>> = {
  udp: { port: 53, paddingBlock: 0, open: openDatagramExchange },
  tcp: { port: 53, paddingBlock: 0, open: openTcpExchange },
  // RFC 7858 section 3.1; RFC 8467 section 4.1.
  tls: { port: 853, paddingBlock: 128, open: openTlsExchange },
};
