// The addresses that the packet filter blocks for VLANs with `bypass: block`: a data file, so that anybody can read and
// correct it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPrefix } from '../addresses/prefix-text.ts';

/** Two folders up, from src/packaged as from dist/packaged. */
const FILE = fileURLToPath(new URL('../../config/bypass/addresses.txt', import.meta.url));

/** The addresses and prefixes of the data file, in its order; throws where a line is neither. */
export function bypassAddresses(): string[] {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => (line.includes('/') ? toText(line) : toText(line).replace(/\/.*/, '')));
}

function toText(line: string): string {
  const reading = readPrefix(line);
  if ('fault' in reading) throw new Error(reading.fault);
  return reading.value.text;
}
