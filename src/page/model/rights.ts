// What somebody is offered: what their role may do, as the tables of routes say; the server judges all the same. Pure.
import type { ToldEntry } from '../../api/told-desk.ts';
import type { ToldSession } from '../../web/web-routes.ts';
import { VIEWS } from '../router.ts';
import type { ViewName } from '../router.ts';

type Asker = Pick<ToldSession, 'role'>;

/** Something that changes how things are. */
export type Change = 'grant' | 'deny' | 'pause' | 'resume' | 'revoke' | 'allow' | 'block' | 'lists' | 'flush';

const PARENTS: ReadonlySet<Change> = new Set(['grant', 'deny', 'pause', 'resume', 'revoke', 'allow']);

/** Whether a role may do something. */
export function may({ role }: Asker, change: Change): boolean {
  return role === 'admin' || (role === 'parent' && PARENTS.has(change));
}

/** Whether somebody may end an entry: a parent only what parents began. */
export function mayEnd(asker: Asker, { by }: Pick<ToldEntry, 'by'>): boolean {
  return may(asker, 'revoke') && (asker.role === 'admin' || by === 'parent');
}

/** Whether somebody may allow for good under a policy: a parent only where it has no allowance. */
export function mayAllow(
  asker: Asker,
  policy: string,
  allowances: readonly { readonly policy: string }[],
): boolean {
  return (
    may(asker, 'allow') &&
    (asker.role === 'admin' || !allowances.some((allowance) => allowance.policy === policy))
  );
}

/** The views that somebody is shown. */
export function viewsOf({ role, hasLog }: Pick<ToldSession, 'role' | 'hasLog'>): ViewName[] {
  return VIEWS.filter((view) => {
    if (view === 'log' || view === 'traffic') return hasLog;
    return role === 'admin' || (view !== 'doctor' && view !== 'configuration');
  });
}
