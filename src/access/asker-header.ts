// Who asks, in a header of a request on the control socket: the web server says there for whom it asks, and is answered as they would be.
// The rule: a header takes rights away, and never gives any.
import { ACCESS_ROLES } from './role.ts';
import type { AccessRole, Asker } from './role.ts';

/** The header: percent-encoded JSON of an Asker. */
export const ASKER_HEADER = 'vlandns-asker';

/** The most characters of a header and of a user's name that are taken. */
const MOST_HEADER = 8192;
const MOST_USER = 64;

/** An asker as the header's value. */
export function toAskerHeader({ role, vlans, user }: Asker): string {
  return encodeURIComponent(JSON.stringify({ role, vlans, user }));
}

/** The asker of a header's value; undefined where it is malformed. */
export function readAskerHeader(value: string): Asker | undefined {
  if (value.length > MOST_HEADER) return undefined;
  try {
    const told: unknown = JSON.parse(decodeURIComponent(value));
    return toAsker(told);
  } catch {
    // Neither JSON nor percent-encoded.
    return undefined;
  }
}

/** Who asks through a socket for somebody else: no more than both may; undefined where they have no VLAN in common. */
export function lowered(own: Asker, other: Asker): Asker | undefined {
  const role = rankOf(own.role) > rankOf(other.role) ? own.role : other.role;
  const { user } = other;
  if (own.vlans.length === 0) return { role, vlans: other.vlans, user };
  if (other.vlans.length === 0) return { role, vlans: own.vlans, user };
  const vlans = own.vlans.filter((vlan) => other.vlans.includes(vlan));
  // None would stand for all.
  return vlans.length === 0 ? undefined : { role, vlans, user };
}

function rankOf(role: AccessRole): number {
  return ACCESS_ROLES.indexOf(role);
}

function toAsker(told: unknown): Asker | undefined {
  if (typeof told !== 'object' || told === null || !('role' in told) || !('vlans' in told)) return undefined;
  const role = ACCESS_ROLES.find((known) => known === told.role);
  const vlans: unknown = told.vlans;
  if (role === undefined || !Array.isArray(vlans) || !vlans.every((vlan) => typeof vlan === 'string'))
    return undefined;
  if (!('user' in told) || told.user === undefined) return { role, vlans };
  const { user } = told;
  return typeof user === 'string' && user.length <= MOST_USER ? { role, vlans, user } : undefined;
}
