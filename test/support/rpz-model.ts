// A plain model of response policy zones: a map of owners, looked up as RFC 4592 says.
import { makeRandom } from './rule-model.ts';

/** A zone: owner, without the zone's name, to what is answered. */
export interface RpzZone {
  readonly text: string;
  readonly owners: ReadonlyMap<string, string>;
}

/** What each action is written as, and what comes of it. */
const ACTIONS: readonly (readonly [data: string, answer: string])[] = [
  ['CNAME .', 'nxdomain'],
  ['CNAME .', 'nxdomain'],
  ['CNAME *.', 'nodata'],
  ['CNAME rpz-passthru.', 'allowed'],
  ['A 192.0.2.1', 'A 192.0.2.1'],
  ['CNAME other.example.', 'CNAME other.example.'],
];

/** Few labels, so that names meet. */
export function randomRpz(seed: number): RpzZone {
  const random = makeRandom(seed);
  const owners = new Map<string, string>();
  const lines: string[] = [];
  for (let count = 2 + random(10); count > 0; count--) {
    const name = Array.from({ length: 1 + random(4) }, () => 'abcd'[random(4)]).join('.');
    const owner = random(40) === 0 ? '*' : random(3) === 0 ? `*.${name}` : name;
    const [data, answer] = ACTIONS[random(ACTIONS.length)] ?? ['CNAME .', 'nxdomain'];
    if (owners.has(owner)) continue;
    owners.set(owner, answer);
    lines.push(`${owner} ${data}`);
  }
  return { text: lines.join('\n'), owners };
}

/** What the zone says of a query. */
export function rpzModel({ owners }: RpzZone): (name: string, type: 'A' | 'AAAA') => string {
  const exists = new Set(['']);
  for (const owner of owners.keys()) {
    const labels = owner.split('.');
    for (let at = 0; at < labels.length; at++) exists.add(labels.slice(at).join('.'));
  }
  const find = (name: string): string | undefined => {
    if (exists.has(name)) return owners.get(name);
    const labels = name.split('.');
    // The closest encloser: the longest existing name above.
    for (let at = 1; at <= labels.length; at++) {
      const encloser = labels.slice(at).join('.');
      if (exists.has(encloser)) return owners.get(encloser === '' ? '*' : `*.${encloser}`);
    }
    return undefined;
  };
  return (name, type) => {
    const answer = find(name) ?? 'UP';
    return answer.startsWith('A ') && type !== 'A' ? 'nodata' : answer;
  };
}
