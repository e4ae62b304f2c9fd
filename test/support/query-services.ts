/** Services in this process that the tests of the query path ask: of one VLAN, and of two. */
import { InProcess, ScriptedSet } from './in-process.ts';
import type { AskFields } from './in-process.ts';
import type { PolicyLines, ServingLines } from './serving.ts';

/** For the authority section of answers that have nothing (RFC 2308). */
export const SOA = 'example.com. 60 SOA a. b. 1 2 3 4 60';

/** A service of one VLAN and policy; `set.asked` has the questions to its upstream. */
export function oneVlan(
  policy: PolicyLines,
  answers: ConstructorParameters<typeof ScriptedSet>[1] = {},
  more: Partial<ServingLines> = {},
): { service: InProcess; set: ScriptedSet } {
  const set = new ScriptedSet('default', answers);
  const service = new InProcess({ policies: { lan: policy }, upstreams: new Map([[0, set]]), ...more });
  return { service, set };
}

/** Two VLANs with a policy each: kids may not have bad.example. */
export const TWO_VLANS = {
  policies: { kids: { block: ['bad.example'] }, servers: {} },
  vlans: {
    kids: { subnets: ['192.0.2.0/24'], policy: 'kids' },
    servers: { subnets: ['198.51.100.0/24'], policy: 'servers' },
  },
};
/** A client of each. */
export const KID: AskFields = { vlan: 'kids', client: '192.0.2.7' };
export const SERVER: AskFields = { vlan: 'servers', client: '198.51.100.7' };
