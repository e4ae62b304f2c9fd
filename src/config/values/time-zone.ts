// The time zone as it is written in the configuration: by its IANA name, or as that of the machine.

import { isZoneName, zoneNames } from '../../time/zone.ts';
import { nearest } from './nearest.ts';
import { text } from './scalars.ts';
import type { TextReading } from './scalars.ts';

const MOST_TOLD = 3;

/** A time zone by its IANA name, or `local`. */
export const timeZone = text('the name of a time zone such as Europe/Berlin, or local', readZone);

function readZone(written: string): TextReading<string> {
  if (written === 'local' || isZoneName(written)) return { value: written };
  const quoted = JSON.stringify(written);
  if (/^(?:UTC|GMT)?[+-]\d/i.test(written))
    return {
      fault: `${quoted} is an offset, which knows no summer time; write the name of a zone such as Europe/Berlin`,
    };
  const near = nearZones(written);
  const advice = near.length === 0 ? 'a name such as Europe/Berlin, or local' : near.join(' or ');
  return { fault: `there is no time zone ${quoted}; write ${advice}` };
}

/** The zones whose name, or place in it, is the nearest. */
function nearZones(written: string): string[] {
  const names = zoneNames();
  const placeOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const place = placeOf(written.replaceAll(' ', '_'));
  const exact = names.filter((name) => placeOf(name) === place);
  if (exact.length > 0) return exact.slice(0, MOST_TOLD);
  const whole = nearest(written, names);
  if (whole !== undefined) return [whole];
  const nearPlace = nearest(place, names.map(placeOf));
  return nearPlace === undefined
    ? []
    : names.filter((name) => placeOf(name) === nearPlace).slice(0, MOST_TOLD);
}
