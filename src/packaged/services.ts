// The services that come with the program, one data file each (config/services/README.md). The files are read by lines, as they
// are written, which takes a fraction of the time that YAML takes and gives each name its line; a test reads them as YAML too.
import { readdirSync, readFileSync } from 'node:fs';

/** The folder of the data files, below the program's. */
const FOLDER = 'config/services';

/** The program's folder: two up, from src/packaged as from dist/packaged. */
const PROGRAM = new URL('../../', import.meta.url);

/** A service: a bundle of names, and what is known about them. */
export interface PackagedService {
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  readonly category: string;
  /** When the names were looked through, as YYYY-MM-DD. */
  readonly date: string;
  /** The places that the names are from, by their keys in config/services/README.md. */
  readonly sources: readonly string[];
  /** Other services that have some of its names, or names below or above them. */
  readonly shares: readonly string[];
  /** Where it stands, below the program's folder. */
  readonly file: string;
  /** Each is meant with everything below it; with its line. */
  readonly names: readonly { readonly text: string; readonly line: number }[];
}

/** The names of all services, sorted. Nothing but the folder is read. */
export function packagedServiceNames(): string[] {
  return readdirSync(new URL(FOLDER, PROGRAM))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}

/** A service that is one of packagedServiceNames(). */
export function packagedService(name: string): PackagedService {
  const file = `${FOLDER}/${name}.yaml`;
  const lines = readFileSync(new URL(file, PROGRAM), 'utf8').split('\n');
  const value = (key: string): string => {
    const found = lines.find((line) => line.startsWith(`${key}: `));
    return found === undefined ? '' : found.slice(key.length + 2).trim();
  };
  const words = (key: string): string[] => value(key).match(/[a-z0-9_-]+/g) ?? [];
  return {
    name,
    title: value('title').replaceAll(/^['"]|['"]$/g, ''),
    category: value('category'),
    date: value('date'),
    sources: words('sources'),
    shares: words('shares'),
    file,
    names: lines.flatMap((line, index) =>
      line.startsWith('  - ') ? [{ text: line.slice(4).trim(), line: index + 1 }] : [],
    ),
  };
}
