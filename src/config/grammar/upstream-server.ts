// One server of an upstream set: `udp://ADDRESS[:PORT]` (the scheme may be omitted), `tcp://ADDRESS[:PORT]`,
// `tls://ADDRESS[:PORT]#NAME` or `system`. For other programs' forms the fault says how to write them here.

import type { Transport } from '../config.ts';
import { toAddress } from '../../addresses/prefix-text.ts';
import type { TextReading } from '../values/scalars.ts';
import { readEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { foreignSpelling, tlsExample } from './foreign-upstream.ts';
import { readName } from './name.ts';

const DNS_PORT = 53;
const TLS_PORT = 853;
const INTERFACE = /^[A-Za-z][A-Za-z0-9_.-]{0,14}$/;

/** Reads one server. A host must be an address: only the servers being defined could resolve a name. */
export function readUpstreamServer(text: string): TextReading<Transport> {
  if (text === 'system') return { value: { kind: 'system' } };
  const reading = readServer(text);
  if ('value' in reading) return reading;
  const meant = foreignSpelling(text);
  return meant === undefined ? reading : { fault: meant };
}

function readServer(text: string): TextReading<Transport> {
  const [, scheme = 'udp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(text) ?? [];
  switch (scheme.toLowerCase()) {
    case 'udp':
      return readPlain('udp', rest);
    case 'tcp':
      return readPlain('tcp', rest);
    case 'tls':
      return readTls(rest);
    case 'https':
      return { fault: 'https:// (DNS over HTTPS) is not built yet; write tls://ADDRESS#NAME or an address' };
    default:
      return {
        fault: `${scheme}:// is not a way to ask; write udp://, tcp:// or tls:// and an address, or system`,
      };
  }
}

function readPlain(kind: 'udp' | 'tcp', rest: string): TextReading<Transport> {
  const [host = '', name] = rest.split('#');
  if (name !== undefined)
    return { fault: `"#${name}" needs TLS; write tls://${host}#${name}, or leave "#${name}" away` };
  const endpoint = readScopedEndpoint(host);
  if ('fault' in endpoint) return { fault: nameFault(host, 'write its address') ?? endpoint.fault };
  return { value: { kind, address: endpoint.value.address, port: endpoint.value.port ?? DNS_PORT } };
}

function readTls(rest: string): TextReading<Transport> {
  const [host = '', nameText = ''] = rest.split('#');
  const endpoint = readScopedEndpoint(host);
  if ('fault' in endpoint) {
    const cure = `write its address, and the name behind it: ${tlsExample(nameText === '' ? host : nameText)}`;
    return { fault: nameFault(host, cure) ?? endpoint.fault };
  }
  if (/^[0-9]*$/.test(nameText))
    return { fault: `has no name to check the certificate for; write tls://${host}#NAME` };
  const name = readName(nameText);
  if ('fault' in name) return name;
  const port = endpoint.value.port ?? TLS_PORT;
  return { value: { kind: 'tls', address: endpoint.value.address, port, tlsName: name.value } };
}

/** An address with or without a port; a link-local one needs its interface after `%` (RFC 4007 section 11). */
function readScopedEndpoint(text: string): TextReading<Endpoint> {
  const [, open = '', bare = '', scope, rest = ''] = /^(\[?)([^%\]]*)(?:%([^\]]*))?(.*)$/s.exec(text) ?? [];
  const reading = readEndpoint(scope === undefined ? text : `${open}${bare}${rest}`);
  if ('fault' in reading) return reading;
  const { address, port } = reading.value;
  if (!/^fe[89ab][0-9a-f]:/.test(address)) {
    if (scope === undefined) return reading;
    return { fault: `${address} is not link-local, and needs no interface; write it without "%${scope}"` };
  }
  if (scope === undefined) {
    const example = port === undefined ? `"${address}%em0"` : `"[${address}%em0]:${port}"`;
    return { fault: `${address} is link-local, and each interface has its own; write it as ${example}` };
  }
  if (INTERFACE.test(scope)) return { value: { address: `${address}%${scope}`, port } };
  return {
    fault: `"%${scope}" is not the name of an interface; write one such as "${scopeExample(address, scope)}"`,
  };
}

/** The right form where a port was written after the interface. */
function scopeExample(address: string, scope: string): string {
  const [, name, port] = /^(.+):([0-9]+)$/.exec(scope) ?? [];
  if (name === undefined || port === undefined || !INTERFACE.test(name)) return `${address}%em0`;
  return `[${address}%${name}]:${port}`;
}

function nameFault(host: string, cure: string): string | undefined {
  const [, name = ''] = /^([^:]*)(:[0-9]+)?$/.exec(host) ?? [];
  if (!/^[^/@\s,%]*[a-z][^/@\s,%]*$/i.test(name) || toAddress(name) !== undefined) return undefined;
  return `${JSON.stringify(name)} is a name, and finding its address would need the upstream that is being defined; ${cure}`;
}
