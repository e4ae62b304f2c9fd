// Names that no list update may begin to block: those by which devices find out that they are online, the time and updates,
// and those that this service itself needs. A data file, so that anybody can read and correct it.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config/config.ts';

/** The same three folders up from src/lists/trials and from dist/lists/trials. */
const FILE = fileURLToPath(new URL('../../../config/never-block/names.txt', import.meta.url));

/** A name that must not be blocked, and what for. */
export interface NeededName {
  readonly name: string;
  /** Ends the sentence "it would block NAME, …". */
  readonly what: string;
}

/** The names of the data file, the hosts of our lists and those of our upstreams. */
export function neededNames(config: Config): NeededName[] {
  const upstreams = config.upstreams.flatMap(({ servers }) => servers.flatMap(nameOfServer));
  return [
    ...namesInFile().map((name) => ({ name, what: 'which devices need' })),
    ...hostsOf(config).map((name) => ({ name, what: 'where a list is fetched from' })),
    ...upstreams.map((name) => ({ name, what: 'which is an upstream' })),
  ];
}

function namesInFile(): string[] {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function hostsOf({ lists }: Config): string[] {
  const urls = lists.flatMap(({ sources }) => sources.filter(({ kind }) => kind === 'url'));
  return urls.map(({ location }) => new URL(location).hostname).filter(isName);
}

function nameOfServer(server: Config['upstreams'][number]['servers'][number]): string[] {
  return server.kind === 'tls' && isName(server.tlsName) ? [server.tlsName] : [];
}

function isName(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) === 0;
}
