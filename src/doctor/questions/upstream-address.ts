// The address of an upstream, read from its text in the configuration or the status: `tls://192.0.2.1:8853#dns.example`.

import { isIP } from 'node:net';
import { readEndpoint } from '../../config/grammar/endpoint.ts';

/** An upstream as commands need it. */
export interface UpstreamAddress {
  readonly scheme: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  /** The name that its certificate is to be for. */
  readonly name: string | undefined;
}

/** Reads the text of a server; undefined for what is none, such as `system`. */
export function upstreamAddress(text: string): UpstreamAddress | undefined {
  const [, scheme = 'udp', host = '', name] = /^(?:(udp|tcp|tls):\/\/)?([^#]*)(?:#(.*))?$/.exec(text) ?? [];
  const endpoint = readEndpoint(host);
  if ('fault' in endpoint) return undefined;
  const { address, port } = endpoint.value;
  const known = scheme === 'tls' || scheme === 'tcp' ? scheme : 'udp';
  return { scheme: known, address, port: port ?? (known === 'tls' ? 853 : 53), name };
}

/** The command that asks whether an address is there at all. */
export function pingCommand(address: string, isOpenbsd: boolean): string {
  // ping(8) of OpenBSD is for IPv4 alone.
  return `${isOpenbsd && isIP(address) === 6 ? 'ping6' : 'ping'} -c 2 ${address}`;
}
