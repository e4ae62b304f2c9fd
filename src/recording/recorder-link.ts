// The way to the recorder: batches are kept until it has said that it keeps them, and are sent again to one that comes anew. The rules:
// bounded, whatever the recorder does; and nothing here fails or waits for those who hand batches in.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { FRAME, MAX_ANSWER_OCTETS } from '../querylog/messages.ts';
import type { RecorderFigures, ToldLine } from '../querylog/figures.ts';
import type { ClientName, Hello, RecorderSettings } from '../querylog/messages.ts';
import { FrameReader, toFrame, toMessage } from '../querylog/frames.ts';
import { RestartPause } from '../system/restart-pause.ts';
import { reasonOf } from '../system/system-error.ts';
import type { Batch } from './batch.ts';
import type { BatchPool } from './batch-pool.ts';
import { ToldNames } from './told-names.ts';
import { ToldEpochs } from './told-epochs.ts';

/** The pauses before connecting again, in milliseconds: at first and at most. */
const PAUSES_MS = [100, 5000] as const;

/** How long nobody must have been there until that is told, in milliseconds: the recorder is started with the worker. */
const TELL_AFTER_MS = 5000;

/** How long an end waits for the recorder, in milliseconds. */
const CLOSE_MS = 1000;

/** Octets of an ACK's body. */
const ACK_OCTETS = 8;

/** What of a log a link needs. */
export interface LinkLog {
  info(fields: { event: string } & Record<string, unknown>, message: string): void;
  warn(fields: { event: string } & Record<string, unknown>, message: string): void;
  error(fields: { event: string } & Record<string, unknown>, message: string): void;
}

/** What a link is made with. */
export interface RecorderLinkParts {
  /** The recorder's socket. */
  readonly path: string;
  readonly hello: Hello;
  /** As they are now. */
  readonly settings: () => RecorderSettings;
  readonly pool: BatchPool;
  readonly log: LinkLog;
  /** Called when all is sent, and more could be. */
  readonly onReady: () => void;
}

/** Sends batches, and what they need to be understood. */
export class RecorderLink {
  /** Records that no recorder has said it keeps when the link was closed. */
  givenUp = 0;
  /** Connections after the first. */
  reconnects = 0;
  /** Why there was no connection last; undefined while there is one. */
  lastFault: string | undefined;
  readonly #parts: RecorderLinkParts;
  /** Sealed and not kept by the recorder; the first `#sent` were written to this connection. */
  readonly #kept: Batch[] = [];
  #sent = 0;
  #sequence = 0;
  readonly #names = new ToldNames();
  #epochs = new ToldEpochs();
  #areSettingsTold = false;
  #socket: Socket | undefined;
  #isConnected = false;
  #connections = 0;
  readonly #pause = new RestartPause(PAUSES_MS);
  #retry: NodeJS.Timeout | undefined;
  #isOpen = false;
  #isWanted = false;
  /** Since when there has been no connection, by a clock that does not jump. */
  #awaySinceMs = 0;
  #isTold = false;
  #figures: (RecorderFigures & { readonly atMs: number }) | undefined;
  /** Called when a connection ends, with whether the recorder had read all. */
  #onEnded: ((isTaken: boolean) => void) | undefined;

  constructor(parts: RecorderLinkParts) {
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether a batch that is put is sent at once. */
  get isReady(): boolean {
    return this.#isConnected && this.#sent === this.#kept.length && this.#socket?.writableNeedDrain === false;
  }

  /** Begins to connect, and keeps at it. */
  open(): void {
    this.#isWanted = true;
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#awaySinceMs = performance.now();
    this.#connect();
  }

  /** Sends a batch now or later; records end before `end`. */
  put(batch: Batch, end: number): void {
    batch.seal(++this.#sequence, end);
    this.#kept.push(batch);
    this.#pump();
  }

  /** Has the recorder told of settings that have changed. */
  renewSettings(): void {
    this.#areSettingsTold = false;
    this.#pump();
  }

  /** Has the recorder told how clients are called now; those that are not among them have no names any more. */
  tellNames(clients: readonly ClientName[]): void {
    this.#names.become(clients);
    this.#pump();
  }

  /** Sends what there is, waits, not for long, until the recorder has read it, and ends. What it has read it keeps, at its own end too. */
  async close(): Promise<void> {
    this.#isWanted = false;
    if (!this.#isOpen) return;
    const isTaken = this.#isConnected && (await this.#hangUp());
    this.#endUnlessWanted(isTaken);
  }

  #endUnlessWanted(isTaken: boolean): void {
    if (this.#isWanted) return;
    this.#isOpen = false;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
    for (const batch of this.#kept.splice(0)) {
      if (!isTaken) this.givenUp += batch.records;
      this.#parts.pool.give(batch);
    }
    this.#sent = 0;
  }

  /** Ends the connection behind all that there is to send; says whether the recorder has read that, or has it before it. */
  #hangUp(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(this.#socket?.writableLength === 0), CLOSE_MS);
      this.#onEnded = (isTaken) => {
        clearTimeout(timer);
        resolve(isTaken);
      };
      this.#pump();
    });
  }

  /** What the recorder last said of itself, and how long ago, in milliseconds; undefined where it has not yet. */
  get figures(): (RecorderFigures & { readonly ageMs: number }) | undefined {
    if (this.#figures === undefined) return undefined;
    const { atMs, ...figures } = this.#figures;
    return { ...figures, ageMs: Math.round(performance.now() - atMs) };
  }

  /** Connects now: the recorder is known to be there. */
  hurry(): void {
    if (this.#isOpen && this.#socket === undefined) this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    const startedMs = performance.now();
    const socket = (this.#socket = connect({ path: this.#parts.path }));
    const reader = new FrameReader(MAX_ANSWER_OCTETS);
    let fault = 'the recorder has ended the connection';
    socket.on('connect', () => this.#connected());
    socket.on('drain', () => this.#pump());
    socket.on('data', (octets: Buffer) => {
      try {
        for (const { kind, body } of reader.take(octets)) this.#take(kind, body);
      } catch (error) {
        socket.destroy(new Error(`the recorder is not understood: ${reasonOf(error)}`));
      }
    });
    socket.on('error', (error) => void (fault = reasonOf(error)));
    socket.on('close', () => {
      // It ends its side when it has read ours to the end.
      const isRead = socket.writableFinished && socket.readableEnded;
      this.#ended(fault, performance.now() - startedMs);
      this.#onEnded?.(isRead);
    });
    socket.unref();
  }

  #connected(): void {
    const { hello, log } = this.#parts;
    if (this.#isTold) log.info({ event: 'recorder_connected' }, 'the recorder of queries is there again');
    this.#isConnected = true;
    this.#isTold = this.#areSettingsTold = false;
    this.lastFault = undefined;
    this.#sent = 0;
    this.#epochs = new ToldEpochs();
    this.#names.forget();
    if (this.#connections++ > 0) this.reconnects++;
    this.#socket?.write(toFrame(FRAME.HELLO, hello));
    this.#pump();
  }

  #ended(fault: string, livedMs: number): void {
    if (this.#isConnected) this.#awaySinceMs = performance.now();
    this.#isConnected = false;
    this.#socket = undefined;
    this.#sent = 0;
    this.lastFault = fault;
    if (!this.#isOpen || !this.#isWanted) return;
    const waitMs = this.#pause.ended(livedMs);
    this.#retry = setTimeout(() => this.#connect(), waitMs).unref();
    if (this.#isTold || performance.now() - this.#awaySinceMs < TELL_AFTER_MS) return;
    this.#isTold = true;
    const { log, path } = this.#parts;
    log.warn(
      { event: 'recorder_away', path, fault },
      `queries cannot be logged, the recorder is not there: ${fault}; they are answered, and what is too much is lost`,
    );
  }

  #take(kind: number, body: Buffer): void {
    if (kind === FRAME.ACK && body.length === ACK_OCTETS) this.#forget(body.readDoubleLE(0));
    else if (kind === FRAME.FIGURES)
      this.#figures = { ...toMessage('FIGURES', body), atMs: performance.now() };
    else if (kind === FRAME.LINE) this.#log(toMessage('LINE', body));
    else throw new Error(`a frame of kind ${kind} came`);
  }

  #log({ level, event, message }: ToldLine): void {
    const { log } = this.#parts;
    if (level === 'warn') log.warn({ event }, message);
    else if (level === 'error') log.error({ event }, message);
    else log.info({ event }, message);
  }

  #forget(upTo: number): void {
    if (!(upTo <= this.#sequence)) throw new Error(`it keeps a batch ${upTo} that there was not`);
    while (this.#kept.length > 0 && this.#kept[0]!.sequence <= upTo) {
      this.#parts.pool.give(this.#kept.shift()!);
      this.#sent = Math.max(0, this.#sent - 1);
    }
    this.#pump();
  }

  /** Writes what there is to be told, for as long as the socket takes it. */
  #pump(): void {
    const socket = this.#socket;
    // Behind its end nothing may be written.
    if (socket === undefined || !this.#isConnected || socket.writableEnded) return;
    while (!socket.writableNeedDrain && !socket.destroyed) {
      const octets = this.#next();
      if (octets === undefined) {
        if (!this.#isWanted) socket.end();
        else this.#parts.onReady();
        return;
      }
      socket.write(octets);
    }
  }

  /** What is to be written next. */
  #next(): Uint8Array | undefined {
    if (!this.#areSettingsTold) {
      this.#areSettingsTold = true;
      return toFrame(FRAME.SETTINGS, this.#parts.settings());
    }
    const clients = this.#names.next();
    if (clients !== undefined) return toFrame(FRAME.CLIENTS, { clients });
    const batch = this.#kept[this.#sent];
    if (batch?.epoch === undefined) return undefined;
    const notice = this.#epochs.next(batch.epoch);
    if (notice !== undefined) return notice;
    this.#sent++;
    return batch.frame;
  }
}
