// Detects requests from a page in a browser. The rule: none is answered, since the page's author could read figures and give
// orders that are the operator's, also where a port leads to the socket (socat, ssh -L).
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** The reason, for the sender, why a request is not answered; undefined where it is. */
export function refusalOf({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): string | undefined {
  if (origin !== undefined || (site !== undefined && site !== 'none'))
    return 'this is not for pages in a browser; send no Origin and no Sec-Fetch-Site';
  if (host === undefined || isOwnName(host)) return undefined;
  return `the name ${JSON.stringify(host)} may be anybody's; ask by address, by localhost or by a name without dots`;
}

/**
 * Whether a host name cannot be that of a page: a page's own name, with dots, may resolve to us (DNS rebinding).
 */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d*$/, '');
  if (/^\[.*\]$/.test(name)) return isIP(name.slice(1, -1)) === 6;
  return isIP(name) === 4 || !name.includes('.');
}
