// What doctor reasons from: facts, each with the line that shows it. A fact says what a tool printed and nothing more;
// findings/ draws the conclusions.

import type {
  ClockDoubtFact,
  ClockFact,
  ClockOffsetFact,
  DefaultRouteFact,
  FrameCountFact,
  HostnameFileFact,
  HostnameListFact,
  InterruptCountFact,
  InterruptModeFact,
  LinkFact,
  MadeFact,
  MemberFact,
  NicFact,
  ResolverFact,
  TroubleFact,
  TwiceUsedFact,
  UdpCountFact,
} from './machine-facts.ts';
import type {
  DhcpFact,
  HostPortFact,
  PortVlanFact,
  RouterEntryFact,
  RouterReleaseFact,
  VlanFilteringFact,
  VmFirewallFact,
  VmNicFact,
} from './network-facts.ts';
import type {
  InputRuleFact,
  NotRunningFact,
  PfRuleFact,
  PfSkipFact,
  PfStateFact,
  ReachFact,
  ListSourceFact,
  ServedVlanFact,
  ServiceFact,
  SocketFact,
  UpstreamFact,
} from './service-facts.ts';

/** Anything that evidence can say. */
export type Fact =
  | LinkFact
  | MemberFact
  | TwiceUsedFact
  | NicFact
  | InterruptModeFact
  | TroubleFact
  | MadeFact
  | ClockDoubtFact
  | ClockFact
  | ClockOffsetFact
  | InterruptCountFact
  | FrameCountFact
  | UdpCountFact
  | HostnameFileFact
  | HostnameListFact
  | SocketFact
  | PfRuleFact
  | PfSkipFact
  | PfStateFact
  | InputRuleFact
  | VmNicFact
  | HostPortFact
  | PortVlanFact
  | VlanFilteringFact
  | VmFirewallFact
  | RouterEntryFact
  | RouterReleaseFact
  | DhcpFact
  | ResolverFact
  | DefaultRouteFact
  | ServiceFact
  | ReachFact
  | ServedVlanFact
  | ListSourceFact
  | UpstreamFact
  | NotRunningFact;

/** The facts of one kind. */
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** All facts of one run, to be asked by kind. */
export class Evidence {
  readonly facts: readonly Fact[];
  /** The names of the sources in which nothing was understood. */
  readonly unread: readonly string[];

  constructor(facts: readonly Fact[], unread: readonly string[] = []) {
    this.facts = facts;
    this.unread = unread;
  }

  /** Gives the facts of a kind, in the order of their sources. */
  all<Kind extends Fact['kind']>(kind: Kind): FactOf<Kind>[] {
    return this.facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
  }

  /** Says whether anything is known of a kind. */
  has(kind: Fact['kind']): boolean {
    return this.facts.some((fact) => fact.kind === kind);
  }
}
