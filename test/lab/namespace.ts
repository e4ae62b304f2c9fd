// A network namespace of the lab: a machine with interfaces of its own, and the programs that run on it. What is started here
// ends with the namespace.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The environment of what runs on a machine: without the test runner's hooks, whose folder is not for every user. */
const ENVIRONMENT = { ...process.env, NODE_OPTIONS: '' };

/** How long a program may take to end, in milliseconds. */
const STOP_MS = 10_000;

/** What a program said, and how it ended. */
export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs on a machine. */
export class Program {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'close');
    child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** All that it wrote. */
  get said(): string {
    return this.#stdout + this.#stderr;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Writes a line to its input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Ends it with TERM, or with KILL where that does not help. */
  async stop(): Promise<void> {
    if (this.isAlive) this.#child.kill('SIGTERM');
    await this.#endWithin(STOP_MS);
  }

  async #endWithin(ms: number): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), ms);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** One machine of the lab. */
export class Namespace {
  readonly name: string;
  readonly #programs: Program[] = [];

  /** Makes it, with loopback up and IPv6 addresses that are usable at once. Throws where that is not allowed. */
  constructor(name: string) {
    this.name = name;
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    this.ip('link set lo up');
    // Without the wait of duplicate address detection (RFC 4862 section 5.4): the lab tries that by itself.
    this.sh('echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad');
  }

  /** Runs `ip` with arguments in one string; throws with what it said where it fails. */
  ip(line: string): string {
    return execFileSync('ip', ['-n', this.name, ...line.split(' ')], { encoding: 'utf8', stdio: 'pipe' });
  }

  /** Runs a shell command; throws where it fails. */
  sh(script: string): string {
    return execFileSync('ip', ['netns', 'exec', this.name, 'sh', '-c', script], {
      encoding: 'utf8',
      stdio: 'pipe',
      env: ENVIRONMENT,
    });
  }

  /** Runs a program to its end. */
  run(command: string, args: readonly string[]): Finished {
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.name, command, ...args], {
      encoding: 'utf8',
      env: ENVIRONMENT,
      timeout: 60_000,
    });
    return { status, stdout, stderr };
  }

  /** Starts a program. */
  start(command: string, args: readonly string[]): Program {
    // ip(8) becomes the program, so that its process id is the program's.
    const child = spawn('ip', ['netns', 'exec', this.name, command, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: ENVIRONMENT,
    });
    const program = new Program(child);
    this.#programs.push(program);
    return program;
  }

  /** Ends what runs on it and removes it. */
  async remove(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
    spawnSync('ip', ['netns', 'delete', this.name]);
  }
}
