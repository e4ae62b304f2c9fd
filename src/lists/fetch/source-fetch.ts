// Fetches one source of a list into a file beside the last good copy, which it never touches. Trouble with networks, servers
// and disks is an outcome; only bugs are thrown.
import { request as requestPlain, STATUS_CODES } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestTls } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { FetchDeadline } from './fetch-deadline.ts';
import { FetchFault, toNetworkFault } from './fetch-fault.ts';
import { ACCEPT_ENCODING, saveBody } from './save-body.ts';
import { checkedLookup } from './source-lookup.ts';
import { parseSourceUrl, show } from './source-url.ts';

/** What shows a server whether our copy is the newest (RFC 9110 section 8.8): header fields as it sent them. */
export interface Validators {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

/** How a source is fetched. */
export interface FetchOptions {
  /** The file that a new copy is written to; replaced, and removed when the fetch fails. */
  readonly candidate: string;
  /** Finds the addresses of hosts, called as `dns.lookup` is; not used for `localhost` and addresses. */
  readonly lookup: LookupFunction;
  /** The validators of the copy that we have; without them the whole list is fetched. */
  readonly validators?: Validators | undefined;
  /** The trusted certificate authorities, asked for each connection; default Node's. */
  readonly trust?: (() => SecureContext) | undefined;
  /** The longest time without a single octet, in milliseconds; 30 s. */
  readonly idleMs?: number | undefined;
  /** The longest time for all of it, in milliseconds; 5 min. */
  readonly totalMs?: number | undefined;
  /** The largest list, decompressed, in octets; 128 MiB. */
  readonly maxOctets?: number | undefined;
  /** The most redirects that are followed; 5. */
  readonly maxRedirects?: number | undefined;
  /** Stops the fetch. */
  readonly signal?: AbortSignal | undefined;
}

/** A new copy, complete and on disk. */
export interface NewCopy {
  readonly state: 'new';
  /** Where it is: the candidate. */
  readonly file: string;
  /** Its size in octets, decompressed. */
  readonly octets: number;
  readonly validators: Validators;
}

/** What came of a fetch. */
export type FetchOutcome =
  | NewCopy
  /** The server says that our copy is still the newest. */
  | { readonly state: 'unchanged' }
  /** `reason` is a sentence for an operator, without the URL and without a full stop. */
  | { readonly state: 'failed'; readonly reason: string };

const IDLE_MS = 30_000;
const TOTAL_MS = 5 * 60_000;
const MAX_OCTETS = 128 * 1024 * 1024;
const MAX_REDIRECTS = 5;

/** How long one address may take to connect before the next is tried as well; Node's 250 ms is short for a far server. */
const ATTEMPT_MS = 1000;

const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/** Fetches a source, unless it is unchanged. Rejects only for bugs. */
export async function fetchSource(url: string, options: FetchOptions): Promise<FetchOutcome> {
  const { idleMs = IDLE_MS, totalMs = TOTAL_MS } = options;
  const deadline = new FetchDeadline({ idleMs, totalMs }, options.signal);
  try {
    return await fetchWithin(deadline, url, options);
  } catch (error) {
    const fault = deadline.fault ?? error;
    if (fault instanceof FetchFault) return { state: 'failed', reason: fault.message };
    throw fault;
  } finally {
    deadline.close();
  }
}

async function fetchWithin(
  deadline: FetchDeadline,
  start: string,
  options: FetchOptions,
): Promise<FetchOutcome> {
  const { candidate, validators, maxOctets = MAX_OCTETS } = options;
  const { url, response } = await follow(deadline, start, options);
  try {
    if (response.statusCode === 304 && validators !== undefined) return { state: 'unchanged' };
    if (response.statusCode !== 200)
      throw new FetchFault(`${url.host} answered ${toStatusText(response.statusCode)}`);
    const octets = await saveBody(response, { candidate, maxOctets, deadline });
    return { state: 'new', file: candidate, octets, validators: toValidators(response) };
  } catch (error) {
    throw toNetworkFault(error, url.host) ?? error;
  } finally {
    response.destroy();
  }
}

/** Requests the source and follows redirects. */
async function follow(
  deadline: FetchDeadline,
  start: string,
  options: FetchOptions,
): Promise<{ url: URL; response: IncomingMessage }> {
  const { maxRedirects = MAX_REDIRECTS } = options;
  let url = parseSourceUrl(start);
  const seen = new Set([url.href]);
  for (;;) {
    const response = await ask(deadline, url, options);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode) || location === undefined) return { url, response };
    response.destroy();
    const from = url;
    url = parseSourceUrl(location, from);
    if (seen.has(url.href)) throw new FetchFault(`${from.host} redirects in a circle, back to ${show(url)}`);
    if (seen.size > maxRedirects)
      throw new FetchFault(`more than ${maxRedirects} redirects, the last one to ${show(url)}`);
    seen.add(url.href);
  }
}

/** Sends one request and gives the reply's head. */
function ask(deadline: FetchDeadline, url: URL, options: FetchOptions): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestTls : requestPlain;
  const settings: RequestOptions & { autoSelectFamilyAttemptTimeout: number; secureContext?: SecureContext } =
    {
      // No pooled connection: the next fetch is hours away.
      agent: false,
      headers: toHeaders(options.validators),
      lookup: checkedLookup(options.lookup),
      signal: deadline.signal,
      rejectUnauthorized: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
    };
  if (options.trust !== undefined && url.protocol === 'https:') settings.secureContext = options.trust();
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(toNetworkFault(error, url.host) ?? error);
    };
    const asked = request(url, settings);
    // These listeners stay: a connection can break after the reply was taken, and no others listen then.
    asked.on('error', fail);
    asked.on('close', () => {
      fail(new FetchFault(`${url.host} closed the connection without an answer`));
    });
    asked.on('response', (response) => {
      deadline.progress();
      response.on('error', fail);
      resolve(response);
    });
    asked.end();
  });
}

function toHeaders(validators: Validators | undefined): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    'user-agent': 'vlandns',
    accept: 'text/plain, */*;q=0.5',
    'accept-encoding': ACCEPT_ENCODING,
  };
  if (validators?.etag !== undefined) headers['if-none-match'] = validators.etag;
  if (validators?.lastModified !== undefined) headers['if-modified-since'] = validators.lastModified;
  return headers;
}

function toValidators({ headers }: IncomingMessage): Validators {
  return { etag: headers.etag, lastModified: headers['last-modified'] };
}

/** The status in words of our own, since the server's may hold anything. */
function toStatusText(status = 0): string {
  const words = STATUS_CODES[status];
  return words === undefined ? String(status) : `${status} ${words}`;
}
