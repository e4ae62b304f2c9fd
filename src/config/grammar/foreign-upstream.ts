// Upstreams as other programs write them. The advice for each form has a line that can be written instead.

import { toAddress } from '../../addresses/prefix-text.ts';

/** Addresses of public servers, by the name that their certificates hold. */
const KNOWN: Readonly<Record<string, string>> = {
  'dns.google': '8.8.8.8',
  'one.one.one.one': '1.1.1.1',
  'cloudflare-dns.com': '1.1.1.1',
  'security.cloudflare-dns.com': '1.1.1.2',
  'family.cloudflare-dns.com': '1.1.1.3',
  'dns.quad9.net': '9.9.9.9',
  'dns10.quad9.net': '9.9.9.10',
  'dns11.quad9.net': '9.9.9.11',
  'dns.adguard-dns.com': '94.140.14.14',
  'family.adguard-dns.com': '94.140.14.15',
};

/** Writes the server of that name, with its port if there is one, in our form: `tls://8.8.8.8#dns.google`. */
export function tlsExample(host: string): string {
  const [, name = host, port = ''] = /^([^:]*)(:[0-9]+)?$/.exec(host) ?? [];
  return `tls://${KNOWN[name.toLowerCase()] ?? 'ADDRESS'}${port}#${name}`;
}

/** The advice for a text that is no server here; undefined where it has no known form. */
export function foreignSpelling(text: string): string | undefined {
  for (const shape of SHAPES) {
    const told = shape(text.trim());
    if (told !== undefined) return told;
  }
  return undefined;
}

type Shape = (text: string) => string | undefined;

const SHAPES: readonly Shape[] = [
  resolvConf,
  zonesInFront,
  several,
  portBehindHash,
  portBehindAt,
  otherScheme,
];

/** `[/lan/]192.168.60.1` of AdGuard Home, `/lan/192.168.60.1` of dnsmasq. */
function zonesInFront(text: string): string | undefined {
  const [, open = '', zonesText = '', server = ''] = /^(\[?)\/(.*)\/\]?([^/\]]*)$/.exec(text) ?? [];
  const zones = zonesText.split('/').filter((zone) => zone !== '');
  if (zones.length === 0) return undefined;
  const program = open === '' ? 'dnsmasq' : 'AdGuard Home';
  const listed = zones.map((zone) => zone.replace(/^\*\./, '')).join(', ');
  const whom = server === '' || server === '#' ? 'of its servers' : `of ${server}`;
  return `"${text}" is how ${program} asks for zones elsewhere; here make an upstream set ${whom}, and write forward: [{ zones: [${listed}], upstream: its name }]`;
}

function resolvConf(text: string): string | undefined {
  if (!text.endsWith('resolv.conf')) return undefined;
  return `${text} is a file; write system for the servers of /etc/resolv.conf`;
}

/** `8.8.8.8 8.8.4.4` or `8.8.8.8, 8.8.4.4` of nearly every program, and BIND's `8.8.8.8 port 53`. */
function several(text: string): string | undefined {
  const parts = text.replace(/;$/, '').split(/[\s,;]+/);
  const [first = '', second = '', third] = parts;
  if (parts.length < 2) return undefined;
  const port = second === 'port' ? third : second;
  if (isAddress(first) && isPort(port ?? '') && parts.length <= 3)
    return `the port stands behind a colon here; write ${withPort(first, port ?? '')}`;
  return `"${text}" is more than one server; write each by itself: [${parts.map(quoted).join(', ')}]`;
}

/** `8.8.8.8#53` of dnsmasq and Pi-hole. */
function portBehindHash(text: string): string | undefined {
  const [, scheme = '', host = '', port = ''] = /^([a-z]+:\/\/)?(.*)#([0-9]+)$/i.exec(text) ?? [];
  if (!isAddress(host) || !isPort(port)) return undefined;
  const name = scheme.toLowerCase() === 'tls://' ? '#NAME' : '';
  return `"#${port}" is a port as dnsmasq writes it; here it stands behind a colon: write "${scheme}${withPort(host, port)}${name}"`;
}

/** `10.0.0.1@853#name` of unbound and stubby; in dnsmasq `@` is followed by the source to ask from. */
function portBehindAt(text: string): string | undefined {
  const [, , host = '', behind = '', name] =
    /^([a-z]+:\/\/)?([^@#]*)(?:#[0-9]+)?@([^#]*)(?:#(.*))?$/i.exec(text) ?? [];
  if (!isAddress(host)) return undefined;
  if (!isPort(behind))
    return `"@${behind}" says from where dnsmasq asks, which cannot be chosen here; write "${host}"`;
  const isTls = (name !== undefined && name !== '') || behind === '853';
  const server = isTls ? `tls://${withPort(host, behind)}#${name || 'NAME'}` : withPort(host, behind);
  return `"@${behind}" is a port as unbound writes it${isTls ? `, and TLS is said by tls://` : ''}; write "${server}"`;
}

const SCHEMES: Readonly<Record<string, string>> = {
  dot: 'tls://',
  'tcp-tls': 'tls://',
  tls: 'tls://',
  dns: '',
  udp: '',
  'tcp+udp': '',
  tcp: 'tcp://',
};

/** `tcp-tls:1.1.1.1:853` and `tcp+udp:1.1.1.1` of blocky, `dot://`, `dns://`; and DoH, whose servers mostly offer DoT too. */
function otherScheme(text: string): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z+-]+):(?:\/\/)?([^/].*)$/i.exec(text) ?? [];
  const host = rest.split(/[/?]/)[0] ?? '';
  if (scheme.toLowerCase() === 'https' || scheme.toLowerCase() === 'h3') return doh(scheme, host);
  const ours = SCHEMES[scheme.toLowerCase()];
  const [server = '', name] = host.split('#');
  const bare = server.replace(/:[0-9]+$/, '');
  if (ours === undefined || `${ours}${host}` === text || !isAddress(bare)) return undefined;
  const nameText = ours === 'tls://' ? `#${name ?? 'NAME'}` : '';
  return `"${text}" is how others write it; write "${ours}${server}${nameText}"`;
}

function doh(scheme: string, host: string): string | undefined {
  const isKnown = KNOWN[host.toLowerCase()] !== undefined;
  if (!isKnown && !isAddress(host)) return undefined;
  const instead = isKnown ? tlsExample(host) : `tls://${host}#NAME`;
  return `${scheme.toLowerCase()}:// (DNS over HTTPS) is not built yet; write ${instead}, which most of its servers have as well`;
}

function isAddress(text: string): boolean {
  return toAddress(text.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')) !== undefined;
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function withPort(host: string, port: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return bare.includes(':') ? `[${bare}]:${port}` : `${bare}:${port}`;
}

function quoted(part: string): string {
  return /[:#[]/.test(part) ? `"${part}"` : part;
}
