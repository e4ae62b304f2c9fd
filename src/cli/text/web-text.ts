// The lines of `vlandns status` about the page.
import type { ToldWeb } from '../../status/web-status.ts';
import { columns } from '../command.ts';

/** The lines; none where there is no page, or the daemon is older than it. What is wrong is among the warnings. */
export function webText(told: ToldWeb | undefined): string {
  if (told === undefined) return '';
  const { state, listening, connections, sessions, requests, refused, failedLogins } = told;
  const where = listening.length === 0 ? state : `${state} on ${listening.join(' ')}`;
  const rows = [
    ['state', where],
    ['open', `${connections} connections, ${sessions} logged in`],
    ['requests', `${requests}, ${refused} refused, ${failedLogins} log-ins failed`],
  ];
  return `\npage\n${columns(rows).replaceAll(/^(?=.)/gm, '  ')}`;
}
