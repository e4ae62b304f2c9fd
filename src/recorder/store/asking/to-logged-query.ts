// A query as people and programs are told of it, from its manner and what is its own.
import { rcodeToText, typeToText } from '../../../dns/numbers.ts';
import type { LoggedQuery } from '../../../querylog/history.ts';
import type { Reason } from '../../../querylog/messages.ts';
import { FLAG } from '../../../querylog/record-layout.ts';
import type { Manner } from '../terms/manner.ts';

/** What of a query is not its manner. */
export type OwnPart = Pick<LoggedQuery, 'id' | 'unixMs' | 'client' | 'name' | 'waitedUs'>;

/** Tells of a query. */
export function toLoggedQuery(manner: Manner, own: OwnPart): LoggedQuery {
  const { vlan, policy, qtype, rcode, step, flags, error, upstream, server } = manner;
  return {
    ...own,
    vlan,
    policy: policy === '' ? undefined : policy,
    type: typeToText(qtype),
    rcode: rcodeToText(rcode),
    step,
    blocked: (flags & FLAG.BLOCKED) !== 0,
    reason: reasonFor(manner, own.name),
    error,
    upstream,
    server,
    cached: (flags & FLAG.HIT) !== 0,
    stale: (flags & FLAG.STALE) !== 0,
    transport: (flags & FLAG.STREAM) === 0 ? 'udp' : 'tcp',
  };
}

/** The reason, with the rule that its depth says: so many of the last labels of the name that was judged. */
function reasonFor({ reason, depth }: Manner, name: string): Reason | undefined {
  if (reason === undefined || reason.rule !== undefined || depth === 0) return reason;
  const labels = (reason.target ?? name).match(/(?:\\.|[^.\\])+/g) ?? [];
  return { ...reason, rule: labels.slice(-depth).join('.') };
}
