// Commands of our own program that the page has run: doctor, services, check. Each is a process of low priority, bounded in time and output; one
// runs at a time, and what it printed is shared for a few seconds by all who ask for the same.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { Turns } from '../system/turns.ts';
import { WebError } from './problem.ts';

/** How long a command may take, and how long its output is good for, in milliseconds. */
const PATIENCE_MS = 60_000;
const GOOD_MS = 5000;

/** The nice value of a command: whoever waits for it can wait, and queries cannot. */
const NICE = 15;

const MOST_OCTETS = 8 * 1024 * 1024;

/** Commands that may wait. */
const MOST_WAITING = 8;

/** Heap enough for a configuration, and not for the lists of the world. */
const HEAP = '--max-old-space-size=512';

/** What a command came to. */
export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** When it ended, in milliseconds since 1970. */
  readonly atMs: number;
}

interface Shared {
  readonly ran: Promise<Ran>;
  goodUntilMs: number;
}

/** Runs commands. */
export class Children {
  readonly #program: string;
  readonly #turns = new Turns();
  readonly #shared = new Map<string, Shared>();
  readonly #running = new Set<() => void>();
  #waiting = 0;

  /** `program`: the compiled entry, with which this process was started. */
  constructor(program: string) {
    this.#program = program;
  }

  /** What `vlandns ARGS` came to, a few seconds ago at most; throws a WebError where it cannot be had. */
  run(args: readonly string[], goodMs = GOOD_MS): Promise<Ran> {
    const key = JSON.stringify(args);
    const shared = this.#shared.get(key);
    if (shared !== undefined && Date.now() < shared.goodUntilMs) return shared.ran;
    if (this.#waiting >= MOST_WAITING)
      throw new WebError('too_many', 'other commands are run just now; try again soon', {
        'retry-after': '5',
      });
    this.#waiting++;
    const ran = this.#turns.run(() => this.#start(args)).finally(() => this.#waiting--);
    const mine: Shared = { ran, goodUntilMs: Infinity };
    this.#shared.set(key, mine);
    ran.then(
      () => (mine.goodUntilMs = Date.now() + goodMs),
      () => (mine.goodUntilMs = 0),
    );
    return ran;
  }

  /** Ends what runs. */
  close(): void {
    for (const end of this.#running) end();
  }

  #start(args: readonly string[]): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [HEAP, this.#program, ...args], {
        cwd: '/',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      giveWay(child.pid);
      const end = (): void => void child.kill('SIGKILL');
      this.#running.add(end);
      const timer = setTimeout(end, PATIENCE_MS);
      const texts = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (text: string) => {
          texts[name] += text;
          if (texts[name].length > MOST_OCTETS) end();
        });
      const done = (): void => {
        clearTimeout(timer);
        this.#running.delete(end);
      };
      child.once('error', (error) => {
        done();
        reject(new WebError('unavailable', `vlandns ${args[0]} cannot be started: ${error.message}`));
      });
      child.once('close', (status) => {
        done();
        if (status === null)
          reject(new WebError('unavailable', `vlandns ${args[0]} did not end in time, or printed too much`));
        else resolve({ status, ...texts, atMs: Date.now() });
      });
    });
  }
}

/** Lowers the priority of a process just started; one that is gone, or that the system does not let us, stays as it is. */
function giveWay(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It ends on its own, and within bounds.
  }
}
