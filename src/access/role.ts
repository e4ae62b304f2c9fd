// Who may do what through the page, the API and the control sockets. Leaf: it knows roles and names of VLANs, and nothing else of ours.

/** What somebody may do: `admin` everything, `parent` read, and change what is for a time within the allowance, `viewer` read. */
export type AccessRole = 'admin' | 'parent' | 'viewer';

/** Every role, the one that may most first. */
export const ACCESS_ROLES: readonly AccessRole[] = ['admin', 'parent', 'viewer'];

/** Who asks. */
export interface Asker {
  readonly role: AccessRole;
  /** The VLANs that it is about; none are all. */
  readonly vlans: readonly string[];
  /** Who it is, where that is known for sure (a log-in, a token); else by their own words, or nobody. */
  readonly user?: string | undefined;
}

/** Who may do everything. */
export const ADMIN: Asker = { role: 'admin', vlans: [] };
