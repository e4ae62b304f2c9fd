// Where a list is read from: an https URL, or a file.

import { isLoopbackHost } from '../../addresses/address-scope.ts';
import type { TextReading } from '../values/scalars.ts';

/** A source of a list as written; files are not yet absolute. */
export interface ListLocation {
  readonly kind: 'file' | 'url';
  readonly location: string;
}

/** Reads a URL or a path: a text with a scheme is a URL. */
export function readListLocation(text: string): TextReading<ListLocation> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    const url = readListUrl(text);
    return 'fault' in url ? url : { value: { kind: 'url', location: url.value } };
  }
  if (text === '') return { fault: 'is empty; write a path or an https URL' };
  return { value: { kind: 'file', location: text } };
}

/** Reads a URL that lists may be fetched from: https, or http to loopback. */
export function readListUrl(text: string): TextReading<string> {
  if (!URL.canParse(text))
    return {
      fault: `${JSON.stringify(text)} is not a URL; write one such as https://lists.example/hosts.txt`,
    };
  const url = new URL(text);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)))
    return { value: url.href };
  if (url.protocol === 'http:')
    return {
      fault: `http: lets anybody on the way decide what is blocked; write ${text.replace(/^http/i, 'https')} (http: is for loopback only)`,
    };
  return { fault: `${url.protocol} is not fetched; write an https URL, or a path without a scheme` };
}
