// Where lists may be fetched from: https anywhere, http on this host only, so that nobody on the way decides what is blocked.
import { isLoopbackHost } from '../../addresses/address-scope.ts';
import { FetchFault } from './fetch-fault.ts';

/** The most of a URL that a sentence shows, in characters. */
const SHOWN = 200;

/** Reads a URL that may be fetched, or where a redirect from `base` leads. Throws a `FetchFault` when it is none. */
export function parseSourceUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base)) throw new FetchFault(refusal('what is not a URL', base));
  const url = new URL(text, base);
  if (url.protocol === 'https:') return url;
  if (url.protocol !== 'http:') throw new FetchFault(refusal(`${url.protocol}, which is not fetched`, base));
  if (base?.protocol === 'https:') throw new FetchFault(refusal(`${show(url)}, away from https`, base));
  if (!isLoopbackHost(url.hostname)) throw new FetchFault(refusal(`${show(url)}, which is not https`, base));
  return url;
}

/** Shows a URL without its possible secrets: user, password, query. */
export function show(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, SHOWN);
}

function refusal(what: string, base: URL | undefined): string {
  return base === undefined ? `the source is at ${what}` : `${base.host} redirects to ${what}`;
}
