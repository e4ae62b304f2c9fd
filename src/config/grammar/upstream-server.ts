// One server of an upstream set: `udp://ADDRESS[:PORT]` (the scheme may be left away), `tcp://ADDRESS[:PORT]`,
// `tls://ADDRESS[:PORT]#NAME` or `system`.

import type { Transport } from '../config.ts';
import { toAddress } from '../prefix.ts';
import type { TextReading } from '../scalars.ts';
import { readEndpoint } from './endpoint.ts';
import { readName } from './name.ts';

const DNS_PORT = 53;
const TLS_PORT = 853;

/** Reads one server. A host must be an address: a name would have to be asked of the very servers being defined. */
export function readUpstreamServer(text: string): TextReading<Transport> {
  if (text === 'system') return { value: { kind: 'system' } };
  const [, scheme = 'udp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case 'udp':
    case 'tcp':
      return readPlain(scheme, rest);
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
  const endpoint = readEndpoint(host);
  if ('fault' in endpoint) return { fault: hostFault(host, endpoint.fault) };
  return { value: { kind, address: endpoint.value.address, port: endpoint.value.port ?? DNS_PORT } };
}

function readTls(rest: string): TextReading<Transport> {
  const [host = '', nameText = ''] = rest.split('#');
  const endpoint = readEndpoint(host);
  if ('fault' in endpoint) return { fault: hostFault(host, endpoint.fault) };
  if (nameText === '') return { fault: `has no name to check the certificate for; write tls://${host}#NAME` };
  const name = readName(nameText);
  if ('fault' in name) return name;
  const port = endpoint.value.port ?? TLS_PORT;
  return { value: { kind: 'tls', address: endpoint.value.address, port, tlsName: name.value } };
}

function hostFault(host: string, fault: string): string {
  const [, name = ''] = /^([^:]*)(:[0-9]+)?$/.exec(host) ?? [];
  if (!/[a-z]/i.test(name) || toAddress(name) !== undefined) return fault;
  return `${JSON.stringify(name)} is a name, and finding its address would need the upstream that is being defined; write its address`;
}
