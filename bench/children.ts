// Keeps every process that the bench starts, so that none outlives it: each leads a process group, and the group is killed.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How long a server may take to end by itself, in milliseconds. */
const GRACE_MS = 3000;

/** How much of what a process writes is kept, in characters: a line for each of some 100,000 queries. */
const KEPT = 16_000_000;

/** A process that runs. */
export interface Child {
  readonly pid: number;
  /** What it wrote so far, standard output and standard error each. */
  readonly output: () => string;
  readonly errors: () => string;
  readonly hasEnded: () => boolean;
  /** Its exit status, once it has ended; 128 where a signal ended it. */
  readonly ended: Promise<number>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it: asked first, killed after 3 s. */
  stop(): Promise<void>;
}

/** The processes of one run of the bench. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Starts a process; throws where it cannot be. */
  async start([command = '', ...args]: readonly string[]): Promise<Child> {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#running.add(child);
    child.once('close', () => this.#running.delete(child));
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output = keep(output, text)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = keep(errors, text)));
    const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 128)));
    await once(child, 'spawn');
    return {
      pid: child.pid ?? 0,
      output: () => output,
      errors: () => errors,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      ended,
      signal: (signal) => void child.kill(signal),
      stop: () => stop(child, ended),
    };
  }

  /** Runs a command to its end and gives its standard output; throws with its error messages. */
  async run(command: readonly string[]): Promise<string> {
    const child = await this.start(command);
    const status = await child.ended;
    if (status !== 0)
      throw new Error(`${command.join(' ')} ended with status ${status}: ${child.errors().trim()}`);
    return child.output();
  }

  /** Kills whatever still runs, at once. */
  killAll(): void {
    for (const child of this.#running) killGroup(child);
  }
}

function keep(before: string, text: string): string {
  return before.length > KEPT ? before : before + text;
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => killGroup(child), GRACE_MS);
  await ended;
  clearTimeout(timer);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
