// Which version of the program this is.
import { readFileSync } from 'node:fs';

/** Two folders up, from src/packaged as from dist/packaged. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version of package.json, such as `0.1.0`. */
export function ownVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE, 'utf8'));
  return version;
}
