// Finds the name of a policy zone, which its owners end in. The file gives it by $ORIGIN or the owner of its SOA record, the
// operator by `zone:`; lines are held until it is known.
import type { HeldLine } from '../line-format.ts';
import { findZoneName } from './rpz-zone-name.ts';
import { UNKNOWN_ORIGIN, ZoneReader } from './zone-reader.ts';

/** How many records are held at most: more would not change the decision. */
const ENOUGH = 2000;

/** Types for the zone itself or for DNSSEC, which are no rules. */
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
  /** The origin of relative names before any $ORIGIN. */
  readonly origin: string;
  /** The zone's name, cut off owners to give triggers. Empty: owners are triggers. UNKNOWN_ORIGIN: relative owners are. */
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

  /** Decides from the lines so far. */
  decide(): ZoneOrigin {
    // A file that has final dots nowhere means absolute names.
    if (this.#soaOwner !== undefined && this.#soaOwner !== '') return { origin: '', apex: this.#soaOwner };
    if (this.#absolute.length === 0) return { origin: UNKNOWN_ORIGIN, apex: UNKNOWN_ORIGIN };
    const zone = findZoneName(this.#absolute);
    const isZone = this.#soaOwner !== undefined;
    // Owners that do not look like names in a zone are triggers themselves.
    if (!isZone && (zone === undefined || !zone.includes('rpz'))) return { origin: '', apex: '' };
    return { origin: zone ?? UNKNOWN_ORIGIN, apex: zone ?? UNKNOWN_ORIGIN };
  }
}
