// Requests that come from a page in a browser rather than from a program. The rule: none is answered, since whoever wrote the
// page would be given orders and figures that are for the operator: also where a port leads to the socket (socat, ssh -L).
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Why a request is not answered, for who sent it; undefined where it is. */
export function refusalOf({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (origin !== undefined || (site !== undefined && site !== 'none'))
    return 'this is not for pages in a browser; send no Origin and no Sec-Fetch-Site';
  if (host === undefined || isOwnName(host)) return undefined;
  return `the name ${JSON.stringify(host)} may be anybody's; ask by address, by localhost or by a name without dots`;
}

/**
 * A name that no page can come from with: one with dots may be that of the page, which has had it lead here (DNS rebinding).
 */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d*$/, '');
  if (/^\[.*\]$/.test(name)) return isIP(name.slice(1, -1)) === 6;
  return isIP(name) === 4 || !name.includes('.');
}
