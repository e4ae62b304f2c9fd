// What a policy says that needs no compiling: the same words in the configuration and in the policy that queries meet.
import type { QueryLogMode } from '../querylog/messages.ts';

/** What a blocked name is answered with. */
export type BlockedAnswer =
  | 'nxdomain'
  | 'nodata'
  | 'zero'
  | 'refused'
  /** Addresses, at least one; a family without one gets an answer without records. */
  | { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined };

/** A policy's name and its plain settings. */
export interface PolicySettings {
  readonly name: string;
  /** Whether everything that is not allowed is blocked. */
  readonly only: boolean;
  readonly answer: BlockedAnswer;
  /** TTL of answers for blocked names, in seconds. */
  readonly blockTtlSeconds: number;
  /** Whether private addresses in answers for public names are blocked. */
  readonly rebindProtection: boolean;
  /** Whether CNAME chains, HTTPS and SVCB targets and addresses in answers are judged like the question. */
  readonly inspect: boolean;
  /** How much of its queries is told to the query log. */
  readonly queryLog: QueryLogMode;
}
