/**
 * Where vlandns answers otherwise than the server that a list comes from, and why. A difference that is not here is a fault; one
 * that is here and no longer seen is out of date.
 */
import type { World } from './worlds.ts';

/** One question that was answered in two ways. */
export interface Case {
  readonly world: World;
  readonly name: string;
  readonly type: string;
  /** As `askMany` has it; `UP` where the upstream's answer came through. */
  readonly theirs: string;
  readonly ours: string;
}

/** A difference that is meant. */
export interface Difference {
  readonly servers: readonly string[];
  readonly why: string;
  readonly isIt: (one: Case) => boolean;
}

const isBelow = (name: string, other: string): boolean => name.endsWith(`.${other}`);
const bare = (owner: string): string => owner.replace(/^\*\./, '');

/**
 * Whether names between a wildcard and `name` exist, so that it ends above it (RFC 4592 section 3.3.1): any, or only empty ones,
 * which exist since a name below them does.
 */
function endsWildcard(lines: readonly string[], name: string, which: 'any' | 'empty'): boolean {
  const owners = lines.map((line) => line.split(' ', 1)[0] ?? '');
  const places = new Set(owners.map(bare));
  return owners
    .filter((owner) => owner.startsWith('*.') && isBelow(name, bare(owner)))
    .some((wildcard) =>
      [...places].some((place) =>
        namesUpTo(place, bare(wildcard)).some(
          (exists) =>
            (name === exists || isBelow(name, exists)) && (which === 'any' || !owners.includes(exists)),
        ),
      ),
    );
}

/** A name and those above it, without `end` and what is above that; none where it is not below `end`. */
function namesUpTo(name: string, end: string): string[] {
  const names: string[] = [];
  for (let at = name; isBelow(at, end); at = at.slice(at.indexOf('.') + 1)) names.push(at);
  return names;
}

const anyZone = (one: Case, isSo: (lines: readonly string[]) => boolean): boolean =>
  one.world.lines.some(isSo);

/** The line of dnsmasq's that is about a name: that of the longest domain. */
function settingOf({ world, name }: Case): string {
  const about = (world.lines[0] ?? [])
    .map((line) => ({ line, domain: /\/(?:\*\.)?([^/]+)\//.exec(line)?.[1] ?? '' }))
    .filter(({ domain }) => name === domain || isBelow(name, domain))
    .toSorted((a, b) => b.domain.length - a.domain.length);
  return about[0]?.line ?? '';
}

const HAS_ADDRESS = /^address ?= ?\/[^/]+\/(?:0\.0\.0\.0|#)$/;

/** All that are known. */
export const DIFFERENCES: readonly Difference[] = [
  {
    servers: ['pdns_recursor', 'kresd'],
    why: 'PowerDNS and Knot let a wildcard reach past a nearer name; RFC 4592, BIND and, mostly, unbound do not',
    isIt: (one) => anyZone(one, (lines) => endsWildcard(lines, one.name, 'any')),
  },
  {
    servers: ['unbound'],
    why: 'unbound lets a wildcard reach to an empty name, which exists only since one below it does; BIND does not',
    isIt: (one) => anyZone(one, (lines) => endsWildcard(lines, one.name, 'empty')),
  },
  {
    servers: ['kresd'],
    why: 'Knot has no aliases in policy zones: such a line lets the name pass',
    isIt: ({ world, theirs, ours }) =>
      theirs === 'UP' &&
      ours.includes(' CNAME ') &&
      world.lines.flat().some((line) => /CNAME (?:\*\.)?walled/.test(line)),
  },
  {
    servers: ['dnsmasq'],
    why: 'the address of a line is not taken over: the policy says how a name is blocked, and for all types',
    isIt: (one) => HAS_ADDRESS.test(settingOf(one)) && one.ours === 'NXDOMAIN',
  },
];
