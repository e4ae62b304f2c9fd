// A plain model of unbound's local zones: the nearest zone, then the data at the name, as in unbound.conf(5).
import { makeRandom } from './rule-model.ts';

/** A file: the type of each zone, and the A record of each name. */
export interface UnboundFile {
  readonly text: string;
  readonly zones: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
}

const TYPES = [
  'static',
  'always_nxdomain',
  'always_nodata',
  'always_null',
  'always_refuse',
  'refuse',
  'redirect',
  'transparent',
  'transparent',
  'typetransparent',
  'always_transparent',
  'inform',
  'nodefault',
];

/** No data below the name of a redirect zone, which unbound refuses. */
export function randomUnbound(seed: number): UnboundFile {
  const random = makeRandom(seed);
  const zones = new Map<string, string>();
  const data = new Map<string, string>();
  const lines: string[] = [];
  const name = (): string => Array.from({ length: 1 + random(4) }, () => 'abcd'[random(4)]).join('.');
  for (let count = 1 + random(8); count > 0; count--) {
    const zone = random(30) === 0 ? '.' : name();
    const type = zone === '.' ? 'static' : (TYPES[random(TYPES.length)] ?? 'static');
    if (type !== 'nodefault') zones.set(zone, type);
    lines.push(`local-zone: "${zone}" ${type}`);
  }
  for (let count = random(8); count > 0; count--) {
    const owner = name();
    const address = `192.0.2.${1 + random(200)}`;
    const zone = zoneOf(zones, owner);
    if (data.has(owner) || (zone !== undefined && zone !== owner && zones.get(zone) === 'redirect')) continue;
    data.set(owner, address);
    lines.push(`local-data: "${owner} A ${address}"`);
  }
  return { text: lines.join('\n'), zones, data };
}

function zoneOf(zones: ReadonlyMap<string, string>, name: string): string | undefined {
  const labels = name.split('.');
  for (let at = 0; at < labels.length; at++) {
    const above = labels.slice(at).join('.');
    if (zones.has(above)) return above;
  }
  return zones.has('.') ? '.' : undefined;
}

/** What the file says of a query; a REFUSED is `blocked`, since the policy of the test answers so. */
export function unboundModel({ zones, data }: UnboundFile): (name: string, type: 'A' | 'AAAA') => string {
  return (name, type) => {
    const zone = zoneOf(zones, name);
    const zoneType = zone === undefined ? 'transparent' : (zones.get(zone) ?? 'transparent');
    const owner = zoneType === 'redirect' ? (zone ?? '') : name;
    const address = data.get(owner);
    const looksAtData = !/^always_(?!null)/.test(zoneType);
    if (looksAtData && address !== undefined && type === 'A') return `A ${address}`;
    switch (zoneType) {
      case 'always_nxdomain':
        return 'nxdomain';
      case 'always_nodata':
      case 'redirect':
        return 'nodata';
      case 'always_null':
        return 'zero';
      case 'always_refuse':
      case 'refuse':
        return 'blocked';
      case 'static':
        // A name above one with data in the same zone exists without records.
        return [...data.keys()].some(
          (other) => (other === name || other.endsWith(`.${name}`)) && zoneOf(zones, other) === zone,
        )
          ? 'nodata'
          : 'nxdomain';
      case 'typetransparent':
      case 'always_transparent':
        return 'UP';
      default:
        return address === undefined ? 'UP' : 'nodata';
    }
  };
}
