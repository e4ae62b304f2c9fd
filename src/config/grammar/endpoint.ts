// An address with an optional port: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`.

import { toAddress } from '../../addresses/prefix-text.ts';
import type { TextReading } from '../values/scalars.ts';

/** An address in canonical form, and the port where one is written. */
export interface Endpoint {
  readonly address: string;
  readonly port: number | undefined;
}

const EXAMPLES = '192.0.2.1, "192.0.2.1:5353" or "[2001:db8::1]:5353"';

/** Reads an address with or without a port after a colon. IPv6 with a port needs brackets. */
export function readEndpoint(text: string): TextReading<Endpoint> {
  const bare = toAddress(text);
  if (bare !== undefined) return { value: { address: bare, port: undefined } };
  const [, bracketed, dotted, portText] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text) ?? [];
  const address = toAddress(bracketed ?? dotted ?? '');
  if (address === undefined)
    return { fault: `${JSON.stringify(text)} is not an address; write one such as ${EXAMPLES}` };
  if (portText === undefined) return { value: { address, port: undefined } };
  const port = /^[0-9]{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65_535)
    return {
      fault: `${JSON.stringify(portText)} in ${JSON.stringify(text)} is not a port; write 1 to 65535`,
    };
  return { value: { address, port } };
}

/** Writes an address and a port, with brackets for IPv6. */
export function endpointToText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
