// The question that an answer answers, as upstreams are asked it and the cache keeps it.

/** A question as the upstreams of a set get it; equal fields but `askedBy` mean the same question. */
export interface UpstreamQuestion {
  /** The qname in wire form, lower-cased, root octet included; 1..255 octets. Never changed after it was handed over. */
  readonly name: Uint8Array;
  /** 1..65535. */
  readonly qtype: number;
  /** The DO bit, RFC 3225. */
  readonly dnssecOk: boolean;
  /** The CD bit, RFC 4035 section 3.2.2. */
  readonly checkingDisabled: boolean;
  /** The VLAN on whose behalf it is asked, which pays with its sockets and places; absent: nobody's but ours. */
  readonly askedBy?: string;
}
