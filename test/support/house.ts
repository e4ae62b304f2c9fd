/**
 * A household in a folder of its own: two VLANs on loopback, a scripted upstream, and the built program run on them as its
 * users run it. What is started here is ended by the test's teardown.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Test } from 'tap';
import { DaemonClient } from '../../src/api/client.ts';
import type * as Program from '../../src/cli/program.ts';
import type { ReloadOutcome } from '../../src/api/routes.ts';
import type { Status } from '../../src/status/status.ts';
import { builtMain } from './build.ts';
import { freePort } from './free-port.ts';
import { readMessage } from './message-reader.ts';
import { writeQuery } from './message-writer.ts';
import { openScriptedUpstream, ScriptBook } from './scripted-upstream.ts';
import { eachItsAddress } from './upstream-scripts.ts';
import { askUdp, type Endpoint, sleep } from './wire-client.ts';

/** How a program ended and what it wrote. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Parts of a configuration file, each the lines of one top-level key; an empty text leaves the key out. */
export type Sections = Readonly<Record<string, string>>;

/** A household. */
export interface House {
  readonly folder: string;
  readonly file: string;
  readonly book: ScriptBook;
  /** The port that both VLANs listen on, and that of the upstream. */
  readonly port: number;
  readonly upstreamPort: number;
  readonly kids: Endpoint;
  readonly servers: Endpoint;
  readonly socket: string;
  write(name: string, text: string): void;
  /** Writes the configuration with some sections in place of the usual ones. */
  configure(sections?: Sections): void;
  /** Runs a command on the configuration to its end, in this process. */
  runHere(args: readonly string[]): Promise<Ran>;
  /** The same as a process of its own: the built program as people run it. */
  run(args: readonly string[], options?: SpawnOptions): Promise<Ran>;
  /** Starts the daemon and waits until it is ready. */
  serve(options?: SpawnOptions): Promise<Daemon>;
}

/** What a household has in place of its list where that is of no matter: no process is started to compile it. */
export const WITHOUT_LISTS: Sections = {
  lists: '',
  policies: `policies:
  open: {}
  kids: { block: { rules: [casino.example] } }`,
};

/** Makes a household: VLAN kids with a list and a rule, VLAN servers without any; `own` are sections that it always has. */
export async function openHouse(t: Test, own: Sections = {}): Promise<House> {
  // Short, since a socket's path may have 103 octets; open to the unprivileged user of some tests.
  const folder = mkdtempSync(join(tmpdir(), 'house-'));
  chmodSync(folder, 0o755);
  const book = new ScriptBook();
  book.set('.', eachItsAddress('.'));
  const upstream = await openScriptedUpstream(book, 'upstream');
  const running: Daemon[] = [];
  t.teardown(async () => {
    await Promise.all(running.map((daemon) => daemon.kill()));
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const port = await freePort('127.0.40.1');
  const file = join(folder, 'vlandns.yaml');
  const house: House = {
    folder,
    file,
    book,
    port,
    upstreamPort: upstream.port,
    kids: { address: '127.0.40.1', port, source: '127.0.40.2' },
    servers: { address: '127.0.60.1', port, source: '127.0.60.2' },
    socket: join(folder, 'sock'),
    write: (name, text) => writeFileSync(join(folder, name), text),
    configure: (sections = {}) => {
      const usual = usualSections(port, upstream.port);
      writeFileSync(file, Object.values({ ...usual, ...own, ...sections }).join('\n'));
    },
    runHere: (args) => runHere([...args, '-c', file]),
    run: (args, options) => runProgram([...args, '-c', file], options),
    serve: async (options) => {
      const daemon = new Daemon(spawnProgram(['serve', '-c', file], options), house.socket);
      running.push(daemon);
      await daemon.logged('ready');
      return daemon;
    },
  };
  house.write('ads.txt', 'ads.example\n');
  house.configure();
  return house;
}

function usualSections(port: number, upstreamPort: number) {
  return {
    vlans: `vlans:
  kids: { listen: ["127.0.40.1:${port}"], subnets: [127.0.40.0/24], policy: kids }
  servers: { listen: ["127.0.60.1:${port}"], subnets: [127.0.60.0/24], policy: open }`,
    policies: `policies:
  open: {}
  kids: { block: { lists: [ads], rules: [casino.example] } }`,
    lists: 'lists: { ads: ads.txt }',
    upstreams: `upstreams: { default: ["127.0.0.1:${upstreamPort}"] }`,
    expect: '',
    limits: 'limits: { rate: 0 }',
    server: 'server: { state: state }',
    // No recorder beside every daemon: tests that are about it take this out.
    querylog: 'querylog: { mode: off }',
    control: 'control: { socket: sock }',
  };
}

/** Runs the built program to its end. */
export async function runProgram(args: readonly string[], options: SpawnOptions = {}): Promise<Ran> {
  const child = spawnProgram(args, options);
  const said = collect(child);
  const [status]: [number | null] = await once(child, 'close').then(([code]) => [Number(code ?? -1)]);
  return { status, stdout: said.stdout(), stderr: said.stderr() };
}

/**
 * Runs a command of the built program to its end in this process: a start of Node less, where a test is about what a command
 * says and not about the process. What the command itself starts is of the built program as well, and needs no loader.
 */
export async function runHere(args: readonly string[]): Promise<Ran> {
  process.execArgv = process.execArgv.filter((word) => !word.endsWith('typescript.mjs'));
  const { runCommand }: typeof Program = await import(
    pathToFileURL(join(dirname(builtMain()), 'cli/program.js')).href
  );
  let stdout = '';
  let stderr = '';
  const status = await runCommand([...args], {
    print: (text) => void (stdout += text),
    complain: (text) => void (stderr += text),
  });
  return { status, stdout, stderr };
}

function spawnProgram(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [builtMain(), ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

function collect(child: ChildProcess) {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { stdout: () => stdout, stderr: () => stderr };
}

/** A daemon that runs. */
export class Daemon {
  readonly child: ChildProcess;
  readonly client: DaemonClient;
  readonly #said: ReturnType<typeof collect>;
  /** The log so far: read as it comes, since a log of megabytes read at each look would keep this process busy. */
  readonly #events: Record<string, unknown>[] = [];
  #begun = '';
  readonly #ended: Promise<unknown>;

  constructor(child: ChildProcess, socket: string) {
    this.child = child;
    this.client = new DaemonClient(socket);
    this.#said = collect(child);
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk.toString()));
    this.#ended = once(child, 'close');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** All that it wrote, errors included. */
  get said(): string {
    return this.#said.stdout() + this.#said.stderr();
  }

  /** The events of its log so far that have this name. */
  events(event: string): Record<string, unknown>[] {
    return this.#events.filter((fields) => fields['event'] === event);
  }

  #read(text: string): void {
    const lines = (this.#begun + text).split('\n');
    this.#begun = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('{') && line.endsWith('}')) this.#events.push(JSON.parse(line));
  }

  /** Waits, 30 s at most, until the log has an event this many times; otherwise throws with the whole log. */
  async logged(event: string, times = 1): Promise<Record<string, unknown>> {
    for (let tries = 0; tries < 1200; tries++) {
      const found = this.events(event)[times - 1];
      if (found !== undefined) return found;
      if (!this.isAlive) break;
      await sleep(25);
    }
    throw new Error(`the log has no ${event}:\n${this.said}`);
  }

  status(): Promise<Status> {
    return this.client.status();
  }

  reload(): Promise<ReloadOutcome> {
    return this.client.reload();
  }

  /** Sends TERM and waits for the end: the exit status, or what had to end it after `limitMs`. */
  stop(limitMs?: number): Promise<number | string> {
    this.child.kill('SIGTERM');
    return this.ended(limitMs);
  }

  /** Waits for the end without asking for it. */
  async ended(limitMs = 20_000): Promise<number | string> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), limitMs);
    await this.#ended;
    clearTimeout(timer);
    return this.child.exitCode ?? this.child.signalCode ?? 'unknown';
  }

  async kill(): Promise<void> {
    if (!this.isAlive) return;
    this.child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Asks over UDP and gives the reply in a line: rcode, addresses, EDE code; or `silence`. */
export async function ask(to: Endpoint, name: string, type = 'A'): Promise<string> {
  const query = writeQuery({ id: 7, questions: [{ name, type }], edns: {} });
  const [bytes] = await askUdp(to, [query], { waitMs: 6000 });
  return bytes === undefined ? 'silence' : tell(bytes);
}

/** A reply in a line. */
export function tell(bytes: Uint8Array): string {
  const reply = readMessage(bytes);
  const addresses = reply.answer
    .filter(({ type }) => type === 'A')
    .map(({ rdata }) => Buffer.from(rdata, 'hex').join('.'));
  const errors = reply.opts
    .flatMap(({ options }) => options)
    .filter(({ code }) => code === 15)
    .map(({ value }) => `ede ${Buffer.from(value).readUInt16BE(0)}`);
  return [reply.rcode, ...addresses, ...errors].join(' ');
}

/** Waits until something holds, `limitMs` at most, and says whether it does. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 30_000): Promise<boolean> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(50))
    if (await holds()) return true;
  return holds();
}
