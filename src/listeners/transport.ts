// By what a query came in, as the properties that somebody asks for. The rule: nobody asks which transport it is; one more
// (DNS over TLS, over HTTPS) is one more object here.

/** What a transport is called: in the configuration, in the log, in metrics, and to the system. */
export type TransportName = 'udp' | 'tcp';

/** A transport. */
export interface Transport {
  readonly name: TransportName;
  /**
   * Whether the client has shown that it is at its address: it then has tokens of its own, for which nobody asks in its name, and has
   * done what a rule that asks for TCP wants.
   */
  readonly isSourceVerified: boolean;
  /** Whether a reply may have the octets that the client's EDNS record says, or 512; else it may have 65,535. */
  readonly isSizedByEdns: boolean;
  /** Whether each message has its length before it: nothing may trail it, and what is no query at all ends the connection. */
  readonly isFramed: boolean;
  /** Whether a client that asks too much can be made to wait, in the place of getting no answer. */
  readonly canHoldBack: boolean;
  /** Whether the client may learn for how long an idle connection is kept (RFC 7828). */
  readonly hasKeepalive: boolean;
}

/** The transports that listeners serve. */
export const TRANSPORT: Readonly<Record<TransportName, Transport>> = {
  udp: {
    name: 'udp',
    isSourceVerified: false,
    isSizedByEdns: true,
    isFramed: false,
    canHoldBack: false,
    hasKeepalive: false,
  },
  tcp: {
    name: 'tcp',
    isSourceVerified: true,
    isSizedByEdns: false,
    isFramed: true,
    canHoldBack: true,
    hasKeepalive: true,
  },
};
