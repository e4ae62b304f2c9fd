// What is known of the service: who listens, what packet filters do, what the daemon says, which upstreams answer.

import type { Quote } from './source-text.ts';

/** A program that listens. */
export interface SocketFact {
  readonly kind: 'socket';
  readonly program: string;
  readonly processId: number | undefined;
  readonly transport: 'udp' | 'tcp';
  /** `*` for all addresses. */
  readonly address: string;
  /** The families that it receives; both only where it listens on all addresses. */
  readonly families: readonly (4 | 6)[];
  readonly port: number;
  readonly at: Quote;
}

/** One rule of pf(4) as `pfctl -sr` prints it, in its order. */
export interface PfRuleFact {
  readonly kind: 'pf rule';
  readonly text: string;
  /** It is in the braces of an anchor. */
  readonly isInside: boolean;
  readonly at: Quote;
}

/** Interfaces and groups that pf(4) leaves alone; in pf.conf(5) a `$macro` may be among them. */
export interface PfSkipFact {
  readonly kind: 'pf skip';
  readonly names: readonly string[];
  readonly at: Quote;
}

/** Whether pf(4) is on. */
export interface PfStateFact {
  readonly kind: 'pf state';
  readonly enabled: boolean;
  readonly at: Quote;
}

/** Where in the kernel a chain is hooked that a query to this machine goes through. */
export interface ChainHook {
  readonly hook: 'ingress' | 'prerouting' | 'input';
  /** `nat` redirects, the others accept or drop. */
  readonly type: string;
  /** Its priority is below -200, where the kernel does not track connections yet. */
  readonly isBeforeConntrack: boolean;
  /** The devices of an ingress chain. */
  readonly devices: readonly string[];
}

/** A rule of nft(8) or iptables(8), or the policy of a chain that a query to this machine goes through. */
export interface InputRuleFact {
  readonly kind: 'input rule';
  /** `FAMILY TABLE NAME`; of iptables(8) `ip filter INPUT`, of ip6tables(8) `ip6 filter INPUT`. */
  readonly chain: string;
  /** Where the chain is hooked; only a policy has it. */
  readonly hooked?: ChainHook;
  /** `accept`, `drop`, `return`, `jump NAME`, `goto NAME`, or `continue` for what decides nothing. */
  readonly action: string;
  /** Whether it is the chain's policy, which applies when no rule decides. */
  readonly isPolicy: boolean;
  /** The rule in the words of nft(8). */
  readonly text: string;
  readonly at: Quote;
}

/** A service as rcctl(8) lists it. */
export interface ServiceFact {
  readonly kind: 'service';
  readonly name: string;
  readonly state: 'on' | 'failed' | 'started';
  readonly at: Quote;
}

/** One try to reach an upstream from the machine. */
export interface ReachFact {
  readonly kind: 'reach';
  /** As the configuration has it. */
  readonly server: string;
  readonly ok: boolean;
  /** The system's code or a word for what happened. */
  readonly reason: string;
  readonly at: Quote;
}

/** A VLAN as the running daemon reports it. */
export interface ServedVlanFact {
  readonly kind: 'served vlan';
  readonly vlan: string;
  readonly state: string;
  readonly problem: string | undefined;
  readonly queries: number;
  readonly sourceMismatch: number;
  readonly kernelDrops: number;
  readonly addresses: readonly string[];
  /** Addresses that it should be served on and that could not be bound. */
  readonly unbound: readonly string[];
  /** Lists that its policies lack, and whether the policy answers SERVFAIL for that. */
  readonly missingLists: readonly {
    readonly list: string;
    readonly policy: string;
    readonly refuses: boolean;
  }[];
  readonly sample: string;
  /** The lines with its name, its state and its counters. */
  readonly at: Quote;
  readonly stateAt: Quote;
  readonly queriesAt: Quote;
  readonly mismatchAt: Quote;
  readonly dropsAt: Quote;
}

/** A source of a list as the running daemon reports it. */
export interface ListSourceFact {
  readonly kind: 'list source';
  readonly list: string;
  readonly source: string;
  /** `ok`, or what is wrong. */
  readonly state: string;
  /** The lines with the source and with its state. */
  readonly at: Quote;
  readonly stateAt: Quote;
}

/** An upstream server as the running daemon reports it. */
export interface UpstreamFact {
  readonly kind: 'upstream';
  readonly set: string;
  readonly server: string;
  /** A server that was never asked is `up` too. */
  readonly state: string;
  readonly answered: number;
  readonly failed: number;
  readonly at: Quote;
}

/** The daemon could not be asked: nothing listens on its control socket, or it listens and does not answer. */
export interface NotRunningFact {
  readonly kind: 'not running';
  readonly isHung: boolean;
  readonly at: Quote;
}
