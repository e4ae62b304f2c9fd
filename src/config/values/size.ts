// Sizes in octets and parts of a whole, as they are written in the configuration.

import type { TextReading } from './scalars.ts';

const UNIT_OCTETS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** The form of every size. */
export const SIZE = /^(0|[0-9]{1,9}(B|KiB|MiB|GiB))$/;

/** The form of every percentage. */
export const PERCENT = /^(0|(100|[0-9]{1,2}(\.[0-9]+)?)%)$/;

/** Reads a size such as `512KiB` or `64MiB` as octets. */
export function readSizeOctets(text: string): TextReading<number> {
  if (text === '0') return { value: 0 };
  const [, digits = '', unit = ''] = /^([0-9]{1,9})([A-Za-z]*)$/.exec(text) ?? [];
  const exact = Object.entries(UNIT_OCTETS).find(([name]) => name === unit);
  if (exact !== undefined) return { value: Number(digits) * exact[1] };
  if (digits !== '' && unit === '') return { fault: `${text} has no unit; write ${text}MiB or ${text}KiB` };
  const meant = Object.keys(UNIT_OCTETS).find((name) => name.charAt(0) === unit.charAt(0).toUpperCase());
  const example = digits === '' || meant === undefined ? '64MiB' : `${digits}${meant}`;
  return {
    fault: `${JSON.stringify(text)} is not a size; write a whole number and one of B, KiB, MiB, GiB, such as ${example}`,
  };
}

/** Writes octets with the largest unit that needs no fraction: `32MiB`. */
export function sizeToText(octets: number): string {
  if (octets === 0) return '0B';
  const [unit, unitOctets] = Object.entries(UNIT_OCTETS).findLast(([, size]) => octets % size === 0) ?? [
    'B',
    1,
  ];
  return `${octets / unitOctets}${unit}`;
}

/** Reads a percentage such as `50%` as a fraction, 0..1. */
export function readFraction(text: string): TextReading<number> {
  if (PERCENT.test(text)) return { value: Number(text.replace('%', '')) / 100 };
  const example = /^[0-9]{1,2}$/.test(text) ? `${text}%` : '50%';
  return { fault: `${JSON.stringify(text)} is not a percentage; write 0% to 100%, such as ${example}` };
}
