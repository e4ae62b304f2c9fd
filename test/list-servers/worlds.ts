/**
 * Lists made at random, the same in every run, each in the format of a server: many small worlds, each below a name of its own
 * with a few rules above, below and beside one another, and the names that are asked about it.
 */
import { makeRandom } from '../support/rule-model.ts';
import type { Question } from './ask-many.ts';

/** Rules below one name, and what is asked. */
export interface World {
  /** Its lines in each of the lists. */
  readonly lines: readonly (readonly string[])[];
  readonly questions: readonly Question[];
}

/** All worlds of one format, and the lists that they make together. */
export interface Universe {
  readonly worlds: readonly World[];
  readonly lists: readonly string[];
}

type Random = (below: number) => number;

const TYPES = ['A', 'AAAA', 'TXT', 'MX', 'HTTPS'];

/** Places in a world, from its own name down. */
const PLACES = ['', 'a', 'b', 'a.a', 'b.a', 'c.b.a'];
/** What is asked besides the places: names that no rule is about, beside and below them. */
const BESIDE = ['x', 'x.a', 'x.b.a', 'y.x.a', 'x.c.b.a', 'y.x.c.b.a'];

const below = (place: string, base: string): string => (place === '' ? base : `${place}.${base}`);

function pick<T>(from: readonly T[], random: Random): T {
  return from[random(from.length)]!;
}

function questionsOf(base: string): Question[] {
  const names = [...PLACES, ...BESIDE].map((place) => below(place, base));
  return names.flatMap((name) => TYPES.map((type) => ({ name, type })));
}

/** Makes `count` worlds of `format`; `listCount` lists share the rules, `head` stands before each. */
function makeUniverse(
  options: { seed: number; count: number; heads: readonly string[] },
  linesOf: (base: string, random: Random) => readonly string[],
): Universe {
  const random = makeRandom(options.seed);
  const worlds = Array.from({ length: options.count }, (_, number): World => {
    const base = `w${number}.example`;
    return {
      lines: options.heads.map(() => linesOf(base, random)),
      questions: questionsOf(base),
    };
  });
  const lists = options.heads.map(
    (head, list) => `${head}${worlds.flatMap(({ lines }) => lines[list]!).join('\n')}\n`,
  );
  return { worlds, lists };
}

/** Actions of an RPZ; some more than once, so that they come more often. */
const RPZ_ACTIONS: readonly string[][] = [
  ['CNAME .'],
  ['CNAME .'],
  ['CNAME .'],
  ['CNAME *.'],
  ['CNAME rpz-passthru.'],
  ['CNAME rpz-passthru.'],
  ['CNAME rpz-passthru.'],
  ['CNAME rpz-tcp-only.'],
  ['A 192.0.2.77'],
  ['A 192.0.2.77', 'AAAA 2001:db8::77'],
  ['AAAA 2001:db8::77'],
  ['TXT "of the zone"'],
  ['MX 10 mail.walled.test.'],
  ['CNAME walled.other.example.'],
  ['CNAME *.walled.other.example.'],
  ['HTTPS 1 . alpn=h2'],
  ['CAA 0 issue "ca.example"'],
  [String.raw`TYPE65280 \# 2 0102`],
];

const zoneHead = (number: number): string =>
  `$TTL 60\n$ORIGIN rpz${number}.test.\n@ SOA localhost. root.localhost. 1 3600 600 86400 60\n@ NS localhost.\n`;

/** Response policy zones, as many as asked for. */
export function rpzUniverse(seed: number, count: number, zones: number): Universe {
  const heads = Array.from({ length: zones }, (_, zone) => zoneHead(zone));
  return makeUniverse({ seed, count, heads }, (base, random) => {
    const owners = new Set<string>();
    for (let rules = 1 + random(4); rules > 0; rules--) {
      owners.add(`${random(2) === 0 ? '*.' : ''}${below(pick(PLACES, random), base)}`);
    }
    return [...owners].flatMap((owner) => pick(RPZ_ACTIONS, random).map((rdata) => `${owner} ${rdata}`));
  });
}

/** A response policy zone that judges addresses, and names that have one of them. */
export function rpzAddressUniverse(seed: number, names: number): Universe {
  const random = makeRandom(seed);
  const actions = [
    'CNAME .',
    'CNAME *.',
    'CNAME rpz-passthru.',
    'A 192.0.2.77',
    'CNAME walled.other.example.',
  ];
  const triggers = new Map<string, string>();
  for (let rules = 0; rules < 60; rules++) {
    const octets = pick([8, 16, 24, 32], random);
    const parts = [198, 51, random(4), random(4)].map((part, index) => (index * 8 < octets ? part : 0));
    triggers.set(`${octets}.${parts.toReversed().join('.')}.rpz-ip`, pick(actions, random));
  }
  triggers.delete('8.0.0.0.198.rpz-ip');
  const lines = [...triggers].map(([owner, rdata]) => `${owner} ${rdata}`);
  const questions = Array.from({ length: names }, (_, number) => ({
    name: `a-198-51-${random(4)}-${random(4)}.n${number}.example`,
    type: 'A',
  }));
  return { worlds: [{ lines: [lines], questions }], lists: [`${zoneHead(0)}${lines.join('\n')}\n`] };
}

const ZONE_TYPES = [
  'static',
  'static',
  'transparent',
  'typetransparent',
  'redirect',
  'refuse',
  'inform',
  'always_transparent',
  'always_nxdomain',
  'always_nodata',
  'always_refuse',
  'always_null',
];
const ZONE_DATA = ['A 192.0.2.77', 'AAAA 2001:db8::77', 'TXT text', 'MX 10 mail.walled.test.'];

/** unbound's local zones, one in another, with data in them. */
export function unboundUniverse(seed: number, count: number): Universe {
  return makeUniverse({ seed, count, heads: [''] }, (base, random) => {
    const zones = new Map([['', pick(ZONE_TYPES, random)]]);
    for (let more = random(3); more > 0; more--) zones.set(pick(PLACES, random), pick(ZONE_TYPES, random));
    const lines = [...zones].map(([place, type]) => `local-zone: "${below(place, base)}" ${type}`);
    const data = new Set<string>();
    for (const [place, type] of zones) {
      if (type === 'redirect') data.add(`local-data: "${below(place, base)} A 192.0.2.78"`);
    }
    const isUnderRedirect = (place: string): boolean =>
      [...zones].some(
        ([zone, type]) => type === 'redirect' && (zone === '' || `.${place}`.endsWith(`.${zone}`)),
      );
    for (let more = random(3); more > 0; more--) {
      const place = pick(PLACES, random);
      if (!isUnderRedirect(place)) data.add(`local-data: "${below(place, base)} ${pick(ZONE_DATA, random)}"`);
    }
    return [...lines, ...data];
  });
}

/** dnsmasq's settings for domains; `upstreamPort` is where an exception may lead. */
export function dnsmasqUniverse(seed: number, count: number, upstreamPort: number): Universe {
  const settings: readonly ((domain: string) => string)[] = [
    (domain) => `address=/${domain}/`,
    (domain) => `address=/${domain}/`,
    (domain) => `address=/${domain}/0.0.0.0`,
    (domain) => `address=/${domain}/#`,
    (domain) => `local=/${domain}/`,
    (domain) => `server=/${domain}/`,
    (domain) => `server=/${domain}/#`,
    (domain) => `server=/${domain}/#`,
    (domain) => `server=/${domain}/127.0.0.1#${upstreamPort}`,
    (domain) => `address = /${domain}/`,
    (domain) => `address=/*.${domain}/`,
  ];
  return makeUniverse({ seed, count, heads: [''] }, (base, random) => {
    const places = new Set<string>();
    for (let rules = 1 + random(4); rules > 0; rules--) places.add(pick(PLACES, random));
    return [...places].map((place) => pick(settings, random)(below(place, base)));
  });
}
