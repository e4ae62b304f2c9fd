/** What a case of the battery is: a script for the upstream, what the client asks, and what has to come of it. */
import type { Edns } from '../support/message-writer.ts';
import type { Asked } from '../support/scripted-upstream.ts';
import type { ReadMessage } from '../support/message-reader.ts';
import type { Behaviour } from '../support/upstream-scripts.ts';
import type { Endpoint } from '../support/wire-client.ts';

/** Milliseconds that an idle connection may take to be closed; the servers do it after 10 s. */
export const CLOSED_MS = 30_000;

/** One query of a client. Default: `@ IN A` over UDP, RD set, no EDNS, of the VLAN `servers`. */
export interface Ask {
  readonly name?: string;
  readonly type?: string;
  readonly class?: string;
  readonly vlan?: string;
  /** Address to send from instead of the VLAN's own. */
  readonly source?: string;
  readonly tcp?: boolean;
  /** `true` is an OPT record of size 1232 and nothing else. */
  readonly edns?: Edns | true;
  readonly rd?: boolean;
  readonly ad?: boolean;
  readonly cd?: boolean;
  readonly bits?: number;
  readonly opcode?: number;
  /** Sends so many of them at once, each from a socket of its own; all must get what is wanted. Default 1. */
  readonly times?: number;
  /** Milliseconds to wait behind a UDP reply for a second one, which must not come; default 15. */
  readonly lingerMs?: number;
  /** Milliseconds to wait before asking. */
  readonly afterMs?: number;
}

/** What has to come back. Each record line is written as the upstream's are; its TTL is the most that may remain. */
export interface Want {
  /** Default NOERROR. Several: any of them; `any`: whatever there is. */
  readonly rcode?: string | readonly string[];
  /** The answer section, in any order; undefined: not looked at. */
  readonly answer?: readonly string[];
  /** Bounds for the TTLs of the answer section, instead of "at most 4 s less than the line says". */
  readonly ttl?: readonly [number, number];
  /** Bounds for the TTL of the SOA record in the authority section, which must be there. */
  readonly soaTtl?: readonly [number, number];
  /** Whether an SOA record is in the authority section. */
  readonly soa?: boolean;
  readonly tc?: boolean;
  readonly aa?: boolean;
  readonly ad?: boolean;
  readonly ra?: boolean;
  /** EDE code that must be there; `none`: none at all. Several: any of them. */
  readonly ede?: number | 'none' | readonly number[];
  /** Nothing comes back in half a second. */
  readonly silence?: boolean;
  /** How long the answer may take; default 8000. */
  readonly withinMs?: number;
  /** Fewest and most octets of the reply. */
  readonly octets?: readonly [number, number];
  /** Anything else, said as a fault or undefined. */
  readonly check?: (reply: ReadMessage) => string | undefined;
}

export interface Step {
  readonly ask: Ask;
  readonly want: Want;
}

/** What a case that needs more than a list of steps gets to work with. */
export interface Bench {
  readonly origin: string;
  readonly endpoint: (vlan?: string) => Endpoint;
  /** Runs one step and gives its faults. */
  readonly step: (step: Step) => Promise<string[]>;
  readonly asked: () => readonly Asked[];
}

/** One case. */
export interface Case {
  /** Unique in its group; a few words. */
  readonly name: string;
  /** The standard or the part of the design that says so. */
  readonly source: string;
  /** Zone that the case's own name lies in, and with it the upstreams that are asked; default `example.net`. */
  readonly zone?: string;
  /** The case's own name, instead of one made of its name and zone. */
  readonly origin?: string;
  readonly script?: Behaviour;
  readonly steps?: readonly Step[];
  /** How many queries the upstreams get in all; fewest and most. */
  readonly asked?: number | readonly [number, number];
  /** What holds for the queries that the upstreams got. */
  readonly upstream?: (asked: readonly Asked[], origin: string) => string | undefined;
  readonly run?: (bench: Bench) => Promise<string[]>;
  /** True where the design says more than the standards do: other servers are not scored by it. */
  readonly ours?: boolean;
  /** What vlandns must fulfil; other servers are judged by `steps` alone. */
  readonly strict?: readonly Step[];
}

/** A group of cases. */
export interface Group {
  /** One letter. */
  readonly letter: string;
  readonly title: string;
  readonly cases: readonly Case[];
  /** True where the whole group says what only the design says. */
  readonly ours?: boolean;
}
