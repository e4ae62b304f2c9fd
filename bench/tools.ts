// Which of the programs that the bench needs are installed, and the packages of those that are missing.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where each program is; undefined where it is not installed. */
export type Tools = Readonly<Record<ToolName, string | undefined>>;

/** The Debian package that has each program. */
const PACKAGES = {
  dnsperf: 'dnsperf',
  nsd: 'nsd',
  'nsd-control': 'nsd',
  unbound: 'unbound',
  dnsmasq: 'dnsmasq-base',
  cc: 'gcc libc6-dev',
  taskset: 'util-linux',
} as const;

/** A program that the bench can use. */
export type ToolName = keyof typeof PACKAGES;

/** Without these nothing can be measured. */
const NEEDED: readonly ToolName[] = ['dnsperf', 'nsd', 'nsd-control'];

/** Daemons lie where a user's PATH often does not go. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Looks for the programs in PATH and where daemons lie. */
export function findTools(path: string): Tools {
  const folders = [...path.split(delimiter), ...MORE_FOLDERS];
  const find = (name: ToolName): string | undefined =>
    folders.map((folder) => join(folder, name)).find(isExecutable);
  return {
    dnsperf: find('dnsperf'),
    nsd: find('nsd'),
    'nsd-control': find('nsd-control'),
    unbound: find('unbound'),
    dnsmasq: find('dnsmasq'),
    cc: find('cc'),
    taskset: find('taskset'),
  };
}

/** The path of a program that must be there by now. */
export function pathOf(tools: Tools, name: ToolName): string {
  const path = tools[name];
  if (path === undefined) throw new Error(`${name} is missing: apt-get install ${PACKAGES[name]}`);
  return path;
}

/** What is missing, a sentence each, and whether nothing can be measured without it. */
export function missingTools(tools: Tools): { readonly told: string[]; readonly isFatal: boolean } {
  const names = Object.keys(PACKAGES).filter((name): name is ToolName => name in PACKAGES);
  const missing = names.filter((name) => tools[name] === undefined);
  return {
    told: missing.map(
      (name) =>
        `${name} is not installed (apt-get install ${PACKAGES[name]})${NEEDED.includes(name) ? '' : ': left out'}`,
    ),
    isFatal: missing.some((name) => NEEDED.includes(name)),
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
