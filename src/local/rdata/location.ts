// The data of LOC records (RFC 1876 sections 2 and 3): degrees, altitude and sizes to octets.
import { numberToU32 } from './fields.ts';

const FORM =
  'write DEGREES [MINUTES [SECONDS]] N|S DEGREES [MINUTES [SECONDS]] E|W ALTITUDE [SIZE [PRECISION [PRECISION]]], such as "52 31 12 N 13 24 18 E 34m"';

/** What 0 degrees are, in thousandths of a second of arc. */
const EQUATOR = 2 ** 31;

/** How far below the ellipsoid the altitude 0 lies, in centimetres. */
const BELOW_CM = 10_000_000;

/** Sizes and precisions that are not written, in centimetres: 1 m, 10 km and 10 m. */
const DEFAULT_SIZES = [100, 1_000_000, 1000];

/** The octets of the fields of a LOC record. */
export function location(fields: readonly string[]): Uint8Array {
  const north = fields.findIndex((field) => /^[ns]$/i.test(field));
  const east = fields.findIndex((field) => /^[ew]$/i.test(field));
  const [altitude, ...sizes] = fields.slice(east + 1);
  if (north < 1 || east < north + 2 || altitude === undefined || sizes.length > DEFAULT_SIZES.length)
    throw new Error(`"${fields.join(' ')}" is not the data of LOC; ${FORM}`);
  const latitude = toArc(fields.slice(0, north), 90);
  const longitude = toArc(fields.slice(north + 1, east), 180);
  const height = toCentimetres(altitude, { least: -BELOW_CM, most: 2 ** 32 - 1 - BELOW_CM });
  return Uint8Array.of(
    0,
    ...DEFAULT_SIZES.map((size, at) =>
      toSize(sizes[at] === undefined ? size : toCentimetres(sizes[at], { least: 0, most: 9_000_000_000 })),
    ),
    ...numberToU32(EQUATOR + (/s/i.test(fields[north] ?? '') ? -latitude : latitude)),
    ...numberToU32(EQUATOR + (/w/i.test(fields[east] ?? '') ? -longitude : longitude)),
    ...numberToU32(height + BELOW_CM),
  );
}

/** Degrees, minutes and seconds in thousandths of a second. */
function toArc(fields: readonly string[], most: number): number {
  const [degrees = '', minutes = '0', seconds = '0'] = fields;
  const isRight =
    /^\d{1,3}$/.test(degrees) && /^\d{1,2}$/.test(minutes) && /^\d{1,2}(\.\d{1,3})?$/.test(seconds);
  const arc = Math.round((Number(degrees) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
  if (
    fields.length > 3 ||
    !isRight ||
    Number(minutes) > 59 ||
    Number(seconds) >= 60 ||
    arc > most * 3_600_000
  )
    throw new Error(`"${fields.join(' ')}" is not an angle of at most ${most} degrees; ${FORM}`);
  return arc;
}

function toCentimetres(
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const number = /^(-?\d{1,8}(?:\.\d{1,2})?)m?$/i.exec(text)?.[1];
  const centimetres = Math.round(Number(number) * 100);
  if (number === undefined || centimetres < least || centimetres > most)
    throw new Error(`"${text}" is not a length from ${least / 100} to ${most / 100} metres; ${FORM}`);
  return centimetres;
}

/** One digit and a power of ten, four bits each. */
function toSize(centimetres: number): number {
  const power = Math.max(0, String(Math.trunc(centimetres)).length - 1);
  return (Math.trunc(centimetres / 10 ** power) << 4) | power;
}
