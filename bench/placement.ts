// Which processor runs what: the server under test has one to itself, the load and the upstream have the others.
// Left to the scheduler, figures of one server differed by 20 % from run to run; pinned, by 3 %.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Who runs where. */
export interface Placement {
  /** What to put before a command line to run it where the servers under test run. */
  readonly server: readonly string[];
  /** The same for the load, the upstream and whatever else. */
  readonly load: readonly string[];
  /** In words, for the results. */
  readonly told: string;
}

/** Decides on the placement, and moves this process to where the load is. */
export function place(hasTaskset: boolean): Placement {
  const cores = allowedCores(readFileSync('/proc/self/status', 'utf8'));
  const last = cores.at(-1);
  if (!hasTaskset || last === undefined || cores.length < 2)
    return {
      server: [],
      load: [],
      told: hasTaskset ? 'one processor for everything' : 'not pinned: there is no taskset (util-linux)',
    };
  const others = cores.slice(0, -1).join(',');
  spawnSync('taskset', ['-a', '-c', '-p', others, String(process.pid)]);
  return {
    server: ['taskset', '-c', String(last)],
    load: ['taskset', '-c', others],
    told: `the server under test alone on processor ${last}; load, upstream and the bench on ${others}`,
  };
}

/** The processors of `Cpus_allowed_list: 0-2,5` in a process's status. */
export function allowedCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '';
  return list
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
