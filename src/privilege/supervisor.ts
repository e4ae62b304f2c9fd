// The privileged parent: keeps root for binding ports and nothing else. Everything that reads packets, lists or the
// network runs in a worker that never had root; the parent hands it sockets, keeps them open, and starts a new worker on
// them when it dies.
import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess, SendHandle } from 'node:child_process';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { BoundSockets } from './bound-sockets.ts';
import type { OpenSocket } from './bound-sockets.ts';
import { RestartPause } from '../system/restart-pause.ts';
import type { Identity } from '../system/path-writers.ts';
import { boundLines } from './bounded-lines.ts';
import { launchOptions, workerEnvironment, workerSession } from './launcher.ts';
import { Pulse } from './pulse.ts';
import type { BindRequest, FromParent, RecorderPast, SocketRole, WorkerPast } from './messages.ts';
import { closeSent, toFromWorker, toBindFault } from './worker-message.ts';

/** What a supervisor works with. */
export interface SupervisorParts {
  /** The worker's program and arguments: not the parent's, since rc.subr(8) finds daemons by them. */
  readonly program: string;
  readonly args: readonly string[];
  readonly identity: Identity;
  /** The control socket, already listening; its connections are handed over one by one. */
  readonly control: Server;
  /** The same for the role parent, where it has one. */
  readonly parents?: Server | undefined;
  /** Whether the configuration names this address and port. */
  readonly mayBind: (address: string, port: number) => boolean;
  readonly log: (event: string, message: string) => void;
  /** Shows the output of a worker that would go to root's terminal. */
  readonly show?: ((text: string) => void) | undefined;
  /** Keeps the recorder of queries, which workers say whether they want. */
  readonly recorder?: { want(isWanted: boolean): void; readonly past: RecorderPast } | undefined;
  /** Called each time a worker begins to serve. */
  readonly onReady?: (() => void) | undefined;
  /** Makes the worker's environment from the parent's; default: only the variables that it needs. */
  readonly environment?: ((env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv) | undefined;
  /** Default: openKeptSocket. */
  readonly openSocket?: OpenSocket | undefined;
  /** Milliseconds before a new worker after a crash: at first, and at most; default 50 and 30,000. */
  readonly pausesMs?: readonly [first: number, most: number];
  /** Milliseconds between two questions whether the worker is alive; default 5000. */
  readonly pulseMs?: number | undefined;
}

const PAUSES_MS = [50, 30_000] as const;

/** Sockets that a worker may be waiting for: it asks for those of all addresses at once. */
const MAX_UNANSWERED = 4096;

/** Commands that may wait for a new worker. */
const MAX_EARLY = 32;

/** How long a worker may take to end, in milliseconds, before it is killed. */
const STOP_MS = 10_000;

/** Between two questions to a worker that is told to end, in milliseconds: rc.d(8) may wait for one second only. */
const STOPPING_PULSE_MS = 150;

/** The same before it is ready, when it may have much to read at a time. */
const STARTING_PULSE_MS = 30_000;

/** The numbers of a user; throws an Error that says what to do where there is none. */
export function identityOf(user: string): Identity {
  const ask = (option: string): number =>
    Number(execFileSync('id', [option, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch (cause) {
    throw new Error(
      `server.user: there is no user "${user}"; make it (useradd), or set server.user to one there is`,
      { cause },
    );
  }
}

/** Runs workers until one is told to stop; gives the exit status. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  #worker: ChildProcess | undefined;
  #isReady = false;
  #stopping = false;
  /** The number of the current worker, from 1. */
  #number = 0;
  /** The number of the worker whose messages are ignored from now on. */
  #distrusted = 0;
  readonly #restart: RestartPause;
  #past: WorkerPast = { crashes: 0 };
  readonly #sockets: BoundSockets;
  readonly #launch = launchOptions();
  /** Sockets that the worker has asked for and not been sent yet. */
  readonly #unanswered = new Set<BindRequest>();
  /** Connections to the control sockets that came while there was no worker. */
  readonly #early: { readonly connection: Socket; readonly role: SocketRole }[] = [];
  /** Signals that came while the worker was not ready: they would end it. */
  readonly #kept = new Set<NodeJS.Signals>();
  #finish: ((status: number) => void) | undefined;
  #pause: NodeJS.Timeout | undefined;
  #pulse: Pulse | undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#restart = new RestartPause(parts.pausesMs ?? PAUSES_MS);
    this.#sockets = new BoundSockets(parts.mayBind, parts.openSocket);
    parts.control.on('connection', (connection: Socket) => this.#handOver(connection, 'admin'));
    parts.parents?.on('connection', (connection: Socket) => this.#handOver(connection, 'parent'));
  }

  /** Starts the first worker; resolves when the service has ended. */
  run(): Promise<number> {
    return new Promise((resolve) => {
      this.#finish = (status) => {
        this.#sockets.close();
        for (const { connection } of this.#early.splice(0)) connection.destroy();
        resolve(status);
      };
      this.#start();
    });
  }

  /**
   * Ends the worker because of a message that our worker would never send: somebody else controls it. Also used for errors
   * that Node itself throws on such messages.
   */
  distrust(why: string): void {
    if (this.#worker === undefined || this.#distrusted === this.#number) return;
    this.#distrusted = this.#number;
    this.#parts.log('worker_fault', `the worker is killed: ${why}`);
    this.#worker.kill('SIGKILL');
  }

  /** Hands a signal to the worker; TERM and INT end the service. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM' || signal === 'SIGINT') this.#stop();
    else if (!this.#isReady) {
      this.#kept.add(signal);
      return;
    }
    this.#worker?.kill(signal);
  }

  /** Tells the worker how the recorder is. */
  tellRecorder(): void {
    const past = this.#parts.recorder?.past;
    if (past !== undefined && this.#worker !== undefined) send(this.#worker, { kind: 'recorder', ...past });
  }

  #stop(): void {
    this.#stopping = true;
    if (this.#worker === undefined) this.#finish?.(0);
    clearTimeout(this.#pause);
    const worker = this.#worker;
    setTimeout(() => worker?.kill('SIGKILL'), STOP_MS).unref();
    // A worker that hangs must not be left behind when a service manager stops waiting and kills the parent alone.
    if (worker !== undefined) this.#follow(worker, STOPPING_PULSE_MS);
  }

  #start(): void {
    const { program, args, identity, log, environment = workerEnvironment } = this.#parts;
    const startedMs = performance.now();
    const worker = fork(program, args, {
      ...identity,
      ...this.#launch,
      ...workerSession(),
      env: environment(process.env),
      cwd: '/',
    });
    this.#worker = worker;
    this.#isReady = false;
    this.#number++;
    boundLines(worker, () => this.distrust('it sent a message that is too long'));
    for (const stream of [worker.stdout, worker.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#parts.show?.(text));
    this.#follow(worker, STARTING_PULSE_MS);
    worker.on('message', (message: unknown, handle: unknown) => this.#hear(worker, message, handle));
    worker.on('error', (error) => {
      log('worker_fault', error.message);
      // A worker that could not be started gives no 'exit' either.
      if (worker.pid === undefined) this.#ended(startedMs, { code: 1, how: 'not started' });
    });
    worker.on('exit', (code, signal) => {
      // Programs that it has started may still hold the other end.
      if (worker.connected) worker.disconnect();
      this.#ended(startedMs, { code: code ?? 1, how: signal ?? `status ${code ?? 'unknown'}` });
    });
    send(worker, { kind: 'past', ...this.#past });
    this.tellRecorder();
    for (const { connection, role } of this.#early.splice(0)) this.#handOver(connection, role);
  }

  #hear(worker: ChildProcess, message: unknown, handle: unknown): void {
    closeSent(handle);
    if (worker !== this.#worker || this.#distrusted === this.#number) return;
    const said = handle === undefined ? toFromWorker(message) : undefined;
    if (said === undefined) this.distrust('it sent a message that no worker sends');
    else if (said.kind === 'ready') this.#ready(worker);
    else if (said.kind === 'pulse') this.#pulse?.answered();
    else if (said.kind === 'recorder') this.#parts.recorder?.want(said.isWanted);
    else if (said.kind === 'release') this.#sockets.release(said, this.#number);
    else void this.#bind(worker, this.#number, said);
  }

  #ready(worker: ChildProcess): void {
    this.#isReady = true;
    // Sockets of the last worker that this one cannot use: an address that is gone, a VLAN that was taken out.
    this.#sockets.keepOnlyOf(this.#number);
    for (const signal of this.#kept) worker.kill(signal);
    this.#kept.clear();
    if (!this.#stopping) this.#follow(worker, this.#parts.pulseMs);
    this.#parts.onReady?.();
  }

  /** Kills a worker that leaves too many questions unanswered; replaces an earlier watch. */
  #follow(worker: ChildProcess, askMs: number | undefined): void {
    this.#pulse?.close();
    this.#pulse = new Pulse({
      ask: () => send(worker, { kind: 'pulse' }),
      onLost: () => {
        this.#parts.log('worker_hung', 'the worker does not answer; it is killed');
        worker.kill('SIGKILL');
      },
      askMs,
    });
  }

  #ended(startedMs: number, { code, how }: { code: number; how: string }): void {
    this.#worker = undefined;
    this.#pulse?.close();
    this.#unanswered.clear();
    // A worker that never got ready has said why; a new one would say the same.
    if (this.#stopping || (!this.#isReady && this.#restart.ends === 0)) {
      this.#finish?.(this.#stopping ? 0 : code);
      return;
    }
    this.#isReady = false;
    this.#past = { crashes: this.#past.crashes + 1, last: { how, at: new Date().toISOString() } };
    const pauseMs = this.#restart.ended(performance.now() - startedMs);
    this.#parts.log('worker_died', `the worker ended (${how}); a new one starts in ${pauseMs} ms`);
    this.#pause = setTimeout(() => (this.#stopping ? this.#finish?.(0) : this.#start()), pauseMs);
  }

  #handOver(connection: Socket, role: SocketRole): void {
    const worker = this.#worker;
    if (worker?.connected === true) send(worker, { kind: 'control', role }, connection);
    else if (this.#early.length < MAX_EARLY) this.#early.push({ connection, role });
    else connection.destroy();
  }

  async #bind(worker: ChildProcess, number: number, request: BindRequest): Promise<void> {
    const { id } = request;
    this.#unanswered.add(request);
    // Answers that it does not read would fill our memory.
    if (this.#unanswered.size > MAX_UNANSWERED) return this.distrust('it asks for too many sockets at once');
    const answered = (): void => void this.#unanswered.delete(request);
    try {
      const socket = await this.#sockets.open(request, number);
      send(worker, { kind: 'bound', id }, socket.handle, () => {
        answered();
        // The worker has its own descriptor now; ours, if it were read, would take packets from it.
        if (!socket.canStay) socket.close();
      });
    } catch (error) {
      send(worker, { kind: 'bound', id, error: toBindFault(error) }, undefined, answered);
    }
  }
}

/** A control server that leaves its connections unread, for handing them over. */
export function controlListener(): Server {
  return createServer({ pauseOnConnect: true });
}

function send(worker: ChildProcess, message: FromParent, handle?: SendHandle, sent?: () => void): void {
  // A worker that could not be started has no channel.
  if (worker.connected) worker.send(message, handle, {}, () => sent?.());
  else sent?.();
}
