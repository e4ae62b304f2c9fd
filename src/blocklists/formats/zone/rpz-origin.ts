// What the owners of a policy zone stand under. The file says it by $ORIGIN or the owner of its SOA record, the operator by
// `zone:`; until it is known, lines are held, and read when it is.
import type { HeldLine } from '../line-format.ts';
import { findZoneName } from './rpz-zone-name.ts';
import { UNKNOWN_ORIGIN, ZoneReader } from './zone-reader.ts';

/** How many records are waited for: more would say the same. */
const ENOUGH = 2000;

/** Types that a zone has for itself, or for DNSSEC: no rules. */
export const ZONE_TYPES = new Set([
  'SOA',
  'NS',
  'RRSIG',
  'NSEC',
  'NSEC3',
  'NSEC3PARAM',
  'DNSKEY',
  'DS',
  'ZONEMD',
]);

/** A line that waits for the zone's name. */
export interface WaitingLine extends HeldLine {
  readonly isIndented: boolean;
}

/** How the file is read from its first line on. */
export interface ZoneOrigin {
  /** What relative names stand under before any $ORIGIN. */
  readonly origin: string;
  /** The zone's name, which triggers stand under. Empty: owners are triggers. UNKNOWN_ORIGIN: those that are relative are. */
  readonly apex: string;
}

/** Finds the name of one zone. */
export class OriginFinder {
  readonly held: WaitingLine[] = [];
  readonly #reader = new ZoneReader(UNKNOWN_ORIGIN);
  readonly #absolute: string[] = [];
  #relative = 0;
  /** The owner of the SOA record, where that is relative; empty for `@`. */
  #soaOwner: string | undefined;

  /** Takes a line; gives the origin as soon as it is known. */
  take(line: WaitingLine): ZoneOrigin | undefined {
    this.held.push(line);
    const read = this.#reader.read(line.text, line.isIndented);
    if (read === undefined || !('owner' in read)) return undefined;
    const { owner, type } = read;
    const isRelative = `.${owner}`.endsWith(`.${UNKNOWN_ORIGIN}`);
    if ((type === 'SOA' || type === 'NS') && !isRelative) return { origin: owner, apex: owner };
    if (type === 'SOA') this.#soaOwner ??= owner.slice(0, -1 - UNKNOWN_ORIGIN.length);
    const { firstOrigin } = this.#reader;
    if (firstOrigin !== undefined && !firstOrigin.endsWith(UNKNOWN_ORIGIN))
      return { origin: firstOrigin, apex: firstOrigin };
    if (ZONE_TYPES.has(type)) return undefined;
    if (isRelative) this.#relative++;
    else this.#absolute.push(owner);
    return this.#relative + this.#absolute.length < ENOUGH ? undefined : this.decide();
  }

  /** Makes what it can of the lines so far. */
  decide(): ZoneOrigin {
    // Who leaves the final dot away everywhere means the whole name.
    if (this.#soaOwner !== undefined && this.#soaOwner !== '') return { origin: '', apex: this.#soaOwner };
    if (this.#absolute.length === 0) return { origin: UNKNOWN_ORIGIN, apex: UNKNOWN_ORIGIN };
    const zone = findZoneName(this.#absolute);
    const isZone = this.#soaOwner !== undefined;
    // Names without a zone around them are triggers, where they do not look like owners of one.
    if (!isZone && (zone === undefined || !zone.includes('rpz'))) return { origin: '', apex: '' };
    return { origin: zone ?? UNKNOWN_ORIGIN, apex: zone ?? UNKNOWN_ORIGIN };
  }
}
