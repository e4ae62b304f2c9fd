// Where the query log goes beside its own database: the URL of a PostgreSQL database, and a collector of dnstap.

import { readEndpoint, endpointToText } from './endpoint.ts';
import type { TextReading } from '../values/scalars.ts';

/** The store as it is written: a URL, or the path of a file that holds one. */
export type StoreText =
  { readonly kind: 'url'; readonly url: string } | { readonly kind: 'file'; readonly file: string };

const STORE_EXAMPLE = 'postgres://vlandns@192.0.2.10/vlandns, or file:PATH of a file with such a line';

/** Reads `postgres://…`, or `file:PATH` for a URL that others must not read. */
export function readStore(text: string): TextReading<StoreText> {
  const file = /^file:(?:\/\/(?=\/))?(.*)$/.exec(text)?.[1];
  if (file !== undefined)
    return file === '' ? { fault: `has no path; write ${STORE_EXAMPLE}` } : { value: { kind: 'file', file } };
  const fault = faultOfStoreUrl(text);
  return fault === undefined ? { value: { kind: 'url', url: text } } : { fault };
}

/** What is wrong with the URL of a store; undefined: nothing. Never says the URL itself, which may hold a password. */
export function faultOfStoreUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return `is not a URL; write ${STORE_EXAMPLE}`;
  const url = new URL(text);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    return `${url.protocol} is no store; write ${STORE_EXAMPLE}, or take it out for SQLite in server.state`;
  if (url.hostname === '' && !url.searchParams.has('host')) return `names no server; write ${STORE_EXAMPLE}`;
  if (url.pathname.length < 2) return `names no database; write ${STORE_EXAMPLE}`;
  return undefined;
}

const DNSTAP_EXAMPLE = 'unix:/var/run/dnstap.sock or "tcp://192.0.2.10:6000"';

/** A collector of dnstap; the path is as written. */
export type DnstapText =
  { readonly kind: 'unix'; readonly path: string } | { readonly kind: 'tcp'; readonly endpoint: string };

/** Reads `unix:PATH` or `tcp://ADDRESS:PORT`. */
export function readDnstap(text: string): TextReading<DnstapText> {
  const path = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1];
  if (path !== undefined) return { value: { kind: 'unix', path } };
  const endpoint = /^tcp:\/\/(.*)$/.exec(text)?.[1];
  if (endpoint === undefined)
    return { fault: `${JSON.stringify(text)} is no collector of dnstap; write ${DNSTAP_EXAMPLE}` };
  const reading = readEndpoint(endpoint);
  if ('fault' in reading) return reading;
  const { address, port } = reading.value;
  if (port === undefined) return { fault: `${JSON.stringify(text)} has no port; write ${DNSTAP_EXAMPLE}` };
  return { value: { kind: 'tcp', endpoint: endpointToText(address, port) } };
}
