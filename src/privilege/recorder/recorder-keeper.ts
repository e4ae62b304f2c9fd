// Starts the recorder, watches it, and starts another one when it ends, with pauses that grow. Held by whoever starts the worker, or by
// the serving process itself. The rules: nothing that a recorder does or sends ends its keeper, and nobody waits for it but the end.
import { fork } from 'node:child_process';
import type { ChildProcess, ForkOptions } from 'node:child_process';
import type { Socket } from 'node:net';
import { toFromRecorder } from '../../querylog/ipc.ts';
import type { PageSocketRequest, ToRecorder } from '../../querylog/ipc.ts';
import { RestartPause } from '../../system/restart-pause.ts';
import { boundLines } from '../bounded-lines.ts';
import type { KeptSocket } from '../kept-socket.ts';
import type { RecorderPast } from '../messages.ts';
import { Pulse } from '../pulse.ts';
import { closeSent, toBindFault } from '../worker-message.ts';

/** What a keeper works with. */
export interface RecorderKeeperParts {
  readonly program: string;
  readonly args: readonly string[];
  /** Its identity, descriptors and environment. */
  readonly options: ForkOptions;
  readonly log: (level: 'info' | 'error', event: string, message: string) => void;
  /** Binds a socket of the page for it; default: none is bound. */
  readonly openPage?: ((address: string, port: number) => Promise<KeptSocket>) | undefined;
  /** Shows its output that would go to a terminal. */
  readonly show?: ((text: string) => void) | undefined;
  /** Told of each start and end. */
  readonly onChange?: ((past: RecorderPast) => void) | undefined;
  /** Milliseconds before a new one after an end: at first, and at most; default 100 and 60,000. */
  readonly pausesMs?: readonly [first: number, most: number] | undefined;
  /** Milliseconds between two questions whether it is alive; default 20,000: a disk may take its time. */
  readonly pulseMs?: number | undefined;
}

const PAUSES_MS = [100, 60_000] as const;
const PULSE_MS = 20_000;

/** How long a recorder may take to end, in milliseconds, before it is killed. */
const STOP_MS = 2000;

/** Connections that may wait for a recorder that is being started. */
const MAX_EARLY = 32;

/** Sockets that a recorder may ask for at once. */
const MAX_BINDING = 32;

/** Keeps one recorder running while it is wanted. */
export class RecorderKeeper {
  readonly #parts: RecorderKeeperParts;
  readonly #restart: RestartPause;
  #isWanted = false;
  #child: ChildProcess | undefined;
  /** Whether the one that runs was told to end. */
  #isEnding = false;
  #past: RecorderPast = { state: 'off', starts: 0 };
  #fault: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pulse: Pulse | undefined;
  /** Sockets that were asked for and are not sent yet. */
  #binding = 0;
  readonly #early: Socket[] = [];
  #onEnd: (() => void) | undefined;

  constructor(parts: RecorderKeeperParts) {
    this.#parts = parts;
    this.#restart = new RestartPause(parts.pausesMs ?? PAUSES_MS);
  }

  /** How it is now. */
  get past(): RecorderPast {
    return this.#past;
  }

  /** The process that runs now; for tests and messages. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Has a recorder run from now on, or none. */
  want(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    if (!isWanted) this.#stop();
    else if (this.#child === undefined && this.#timer === undefined) this.#start();
  }

  /** Gives it a connection of somebody who asks. */
  handOver(connection: Socket): void {
    if (this.#past.state === 'running' && !this.#isEnding) this.#hand(connection);
    else if (this.#isWanted && this.#early.length < MAX_EARLY) this.#early.push(connection);
    else connection.destroy();
  }

  /** Ends it once it has kept what it was sent; waits for that, for 2 seconds at most. */
  async close(): Promise<void> {
    this.#isWanted = false;
    const ended = new Promise<void>((resolve) => (this.#onEnd = resolve));
    this.#stop();
    if (this.#child !== undefined) await ended;
  }

  #start(): void {
    const { program, args, options, log, show } = this.#parts;
    this.#timer = undefined;
    this.#isEnding = false;
    this.#fault = undefined;
    const startedMs = performance.now();
    const child = fork(program, args, options);
    this.#child = child;
    this.#become({ ...this.#past, state: 'starting', starts: this.#past.starts + 1, pid: child.pid });
    boundLines(child, () => this.#distrust(child));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => show?.(text));
    this.#pulse = new Pulse({
      ask: () => this.#send({ kind: 'pulse' }),
      onLost: () => {
        log('error', 'recorder_hung', 'the recorder of queries does not answer; it is killed');
        child.kill('SIGKILL');
      },
      askMs: this.#parts.pulseMs ?? PULSE_MS,
    });
    child.on('message', (message: unknown, handle: unknown) => this.#hear(child, message, handle));
    child.on('error', (error) => {
      this.#fault ??= error.message;
      // One that could not be started gives no 'exit' either.
      if (child.pid === undefined) this.#ended(startedMs, 'not started');
    });
    child.on('exit', (code, signal) => {
      if (child.connected) child.disconnect();
      this.#ended(startedMs, signal ?? `status ${code ?? 'unknown'}`);
    });
  }

  #hear(child: ChildProcess, message: unknown, handle: unknown): void {
    closeSent(handle);
    if (child !== this.#child) return;
    const said = handle === undefined ? toFromRecorder(message) : undefined;
    if (said === undefined) this.#distrust(child);
    else if (said.kind === 'pulse') this.#pulse?.answered();
    else if (said.kind === 'fault') this.#fault = said.message;
    else if (said.kind === 'bind') void this.#bind(child, said);
    else {
      this.#become({ ...this.#past, state: 'running' });
      for (const connection of this.#early.splice(0)) this.handOver(connection);
    }
  }

  /** The socket is closed here once it is sent: it ends with the recorder. */
  async #bind(child: ChildProcess, { id, address, port }: PageSocketRequest): Promise<void> {
    // Answers that it does not read would fill our memory.
    if (this.#binding >= MAX_BINDING) return this.#distrust(child);
    this.#binding++;
    const done = (): void => void this.#binding--;
    try {
      const { openPage } = this.#parts;
      if (openPage === undefined) throw new Error('nobody here may bind what its user may not');
      const socket = await openPage(address, port);
      // Another one has its own settings, and asks for itself.
      if (child !== this.#child) {
        socket.close();
        return done();
      }
      this.#send({ kind: 'bound', id }, socket, done);
    } catch (error) {
      this.#send({ kind: 'bound', id, error: toBindFault(error) }, undefined, done);
    }
  }

  #distrust(child: ChildProcess): void {
    this.#fault = 'it sent a message that no recorder sends';
    child.kill('SIGKILL');
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const connection of this.#early.splice(0)) connection.destroy();
    const child = this.#child;
    if (child === undefined) this.#become({ ...this.#past, state: 'off', pid: undefined });
    if (child === undefined || this.#isEnding) return;
    this.#isEnding = true;
    this.#send({ kind: 'end' });
    setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref();
  }

  #ended(startedMs: number, how: string): void {
    this.#child = undefined;
    this.#pulse?.close();
    this.#onEnd?.();
    const why = this.#fault === undefined ? how : `${how}: ${this.#fault}`;
    const pauseMs = this.#restart.ended(performance.now() - startedMs);
    if (!this.#isEnding) {
      this.#past = { ...this.#past, last: { how: why, at: new Date().toISOString() } };
      const then = this.#isWanted ? `; a new one starts in ${pauseMs} ms` : '';
      this.#parts.log('error', 'recorder_died', `the recorder of queries ended (${why})${then}`);
    }
    this.#become({ ...this.#past, state: this.#isWanted ? 'waiting' : 'off', pid: undefined });
    if (this.#isWanted) this.#timer = setTimeout(() => this.#start(), pauseMs);
  }

  #become(past: RecorderPast): void {
    this.#past = past;
    this.#parts.onChange?.(past);
  }

  #hand(connection: Socket): void {
    // Whoever asks must not wait for one that is gone.
    if (this.#child?.connected !== true) connection.destroy();
    else
      this.#child.send({ kind: 'history' } satisfies ToRecorder, connection, {}, (error) => {
        if (error !== null) connection.destroy();
      });
  }

  #send(message: ToRecorder, socket?: KeptSocket, sent?: () => void): void {
    const done = (): void => {
      socket?.close();
      sent?.();
    };
    if (this.#child?.connected === true) this.#child.send(message, socket?.handle, {}, done);
    else done();
  }
}
