// Single values of section web: where it listens, and what is kept of secrets.

import { readEndpoint } from './endpoint.ts';
import type { TextReading } from '../values/scalars.ts';

/** An address and a port; the address may be a wildcard. */
export function readWebListen(
  text: string,
): TextReading<{ readonly address: string; readonly port: number }> {
  const reading = readEndpoint(text);
  if ('fault' in reading) return reading;
  const { address, port } = reading.value;
  if (port === undefined)
    return { fault: `${JSON.stringify(text)} has no port; write one, such as 127.0.0.1:8053` };
  return { value: { address, port } };
}

/** What is kept of a secret as it is written: itself, or the path of a file that holds it. */
export type WebSecretText =
  { readonly kind: 'hash'; readonly hash: string } | { readonly kind: 'file'; readonly file: string };

/** Reads hashes that a command prints, or `file:PATH`. A fault never says the text, which may be the secret itself. */
export function readWebSecret(
  isHash: (text: string) => boolean,
  command: string,
): (text: string) => TextReading<WebSecretText> {
  return (text) => {
    const file = /^file:(?:\/\/(?=\/))?(.*)$/.exec(text)?.[1];
    if (file === '')
      return { fault: `has no path; write the path of a file with a line that "${command}" prints` };
    if (file !== undefined) return { value: { kind: 'file', file } };
    if (isHash(text)) return { value: { kind: 'hash', hash: text } };
    return { fault: `is no hash; write what "${command}" prints, or file:PATH of a file with it` };
  };
}
