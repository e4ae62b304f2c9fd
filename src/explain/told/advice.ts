// The command that would change an outcome, as it would be typed: the end of every explanation. The rule: nothing is proposed that
// would not change it.
import type { Cause } from '../cause.ts';

/** Of an explanation, what advice follows from. */
export interface Advised {
  readonly name: string;
  readonly verdict: 'blocked' | 'allowed' | 'refused' | 'not decided';
  readonly cause: Cause;
  /** The VLAN, and its policy. */
  readonly vlan: string;
  readonly policy: string;
  /** The client by its name or address, where it is known which one asks. */
  readonly client: string | undefined;
  /** Whether the client has a policy that is not the VLAN's. */
  readonly isException: boolean;
  /** Whether the block side of the policy is suspended. */
  readonly isPaused: boolean;
  /** Whether everything is denied at the desk, so that no rule opens anything. */
  readonly isAllDenied: boolean;
  /** Lists that have never been read. */
  readonly missingLists: readonly string[];
}

/** How long what is granted or denied is proposed for. */
const A_WHILE = '45m';

/** The commands that would change an outcome, the best one first; none where nothing that is done at the desk would. */
export function adviceFor(advised: Advised): string[] {
  const { verdict, cause, vlan, policy, missingLists } = advised;
  if (cause.kind === 'canary') return [`write bypass: allow into policy ${policy}, then: vlandns reload`];
  if (verdict === 'blocked') return toAllow(advised);
  if (verdict === 'not decided') return [`vlandns lists update ${missingLists[0] ?? ''}`];
  if (verdict === 'refused' || cause.kind === 'here') return [];
  return advised.isPaused && cause.kind === 'nothing' ? [`vlandns resume ${vlan}`] : toBlock(advised);
}

function toAllow(advised: Advised): string[] {
  const { name, cause, isAllDenied } = advised;
  const service = serviceOf(cause);
  // What is denied, by itself or with everything else, only what is granted later lets through.
  const isDenied = cause.force === 'deny';
  const grant = `vlandns grant ${clientOf(advised)} ${service ?? (isDenied ? cause.matched : name)} ${A_WHILE}`;
  const allow = `vlandns allow ${everybodyOf(advised)} ${name}`;
  if (isDenied || isAllDenied) return [grant];
  return service !== undefined || cause.kind === 'closed' ? [grant, allow] : [allow, grant];
}

function toBlock(advised: Advised): string[] {
  const { name, cause } = advised;
  const isGranted = cause.force === 'grant';
  const what = isGranted ? (serviceOf(cause) ?? cause.matched) : name;
  const deny = `vlandns deny ${clientOf(advised)} ${what} ${A_WHILE}`;
  // Where two rules stand at the same name, the one that allows holds.
  return cause.kind === 'rule' ? [deny] : [`vlandns block ${everybodyOf(advised)} ${name}`, deny];
}

function serviceOf({ sources }: Cause): string | undefined {
  return sources.find(({ kind }) => kind === 'service')?.name;
}

function clientOf({ client, vlan }: Advised): string {
  return client ?? vlan;
}

/** Whom a rule that stays is for: everybody who has the policy. */
function everybodyOf({ vlan, policy, isException }: Advised): string {
  if (!isException) return vlan;
  return policy === vlan ? `policy:${policy}` : policy;
}
