// A plain model of how dnsmasq chooses a line: the longest domain that the name ends in, at a dot.
import { makeRandom } from './rule-model.ts';

/** What a domain has. */
interface Said {
  blocks: boolean;
  /** It is resolved elsewhere. */
  resolves: boolean;
  /** An address that is answered. */
  address: string | undefined;
}

/** A file: what each domain has. */
export interface DnsmasqFile {
  readonly text: string;
  readonly domains: ReadonlyMap<string, Said>;
}

/** One kind of line a domain. */
export function randomDnsmasq(seed: number): DnsmasqFile {
  const random = makeRandom(seed);
  const domains = new Map<string, Said>();
  const lines: string[] = [];
  for (let count = 2 + random(12); count > 0; count--) {
    const name = Array.from({ length: 1 + random(4) }, () => 'abcd'[random(4)]).join('.');
    if (domains.has(name)) continue;
    const kind = random(6);
    const address = kind === 4 ? '192.0.2.1' : kind === 5 ? '192.0.2.2' : undefined;
    domains.set(name, { blocks: kind < 2, resolves: kind === 2 || kind === 3, address });
    if (kind === 0) lines.push(`address=/${name}/`);
    else if (kind === 1) lines.push(`local=/${name}/`);
    else if (kind === 2) lines.push(`server=/${name}/#`);
    else if (kind === 3) lines.push(`server=/${name}/192.0.2.53`);
    else lines.push(`address=/${name}/${address ?? ''}`);
  }
  return { text: lines.join('\n'), domains };
}

/**
 * What the file says about a query. For an address the policy's answer is given, since blocklists block by addresses, unless a
 * shorter domain says something else.
 */
export function dnsmasqModel({ domains }: DnsmasqFile): (name: string, type: 'A' | 'AAAA') => string {
  const isException = (labels: readonly string[], address: string): boolean => {
    for (let at = 1; at < labels.length; at++) {
      const above = domains.get(labels.slice(at).join('.'));
      if (above !== undefined)
        return above.address === address ? isException(labels.slice(at), address) : true;
    }
    return false;
  };
  return (name, type) => {
    const labels = name.split('.');
    for (let at = 0; at < labels.length; at++) {
      const said = domains.get(labels.slice(at).join('.'));
      if (said === undefined) continue;
      if (said.resolves) return 'UP';
      if (said.address === undefined || !isException(labels.slice(at), said.address)) return 'blocked';
      return type === 'A' ? `A ${said.address}` : 'nodata';
    }
    return 'UP';
  };
}
