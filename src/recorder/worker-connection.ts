// One connection of a worker to the recorder: frames in, batches out, and ACKs back once they are kept. The rules: what is no frame ends
// the connection; a batch that makes no sense is lost alone, since a worker would send it again for ever.
import type { Socket } from 'node:net';
import { FrameReader, toAck, toFrame, toMessage } from '../querylog/frames.ts';
import type { Frame } from '../querylog/frames.ts';
import { FRAME } from '../querylog/messages.ts';
import type { RecorderFigures, ToldLine } from '../querylog/figures.ts';
import type { RecorderSettings, StateNotice } from '../querylog/messages.ts';
import { reasonOf } from '../system/system-error.ts';
import { Batch, BatchFault } from './batch.ts';
import { KnownClients, Meaning } from './meaning.ts';

/** Batches that may wait for the store until nothing more is read: 2 MiB. */
const MOST_WAITING = 32;

/** States whose batches may still come: a worker sends those of one after those of the one before. */
const MOST_MEANINGS = 64;

/** What a connection tells of. */
export interface ConnectionParts {
  /** Called for each SETTINGS frame. */
  readonly onSettings: (settings: RecorderSettings) => void;
  /** Takes a batch; fulfilled when it is kept for good or lost for good. Never rejected. */
  readonly onBatch: (batch: Batch) => Promise<void>;
  /** Called for what makes no sense. */
  readonly onFault: (reason: string) => void;
  readonly onClose: (connection: WorkerConnection) => void;
}

/** A batch that came and whether it is kept. */
interface Arrival {
  readonly sequence: number;
  isKept: boolean;
}

/** A worker that is connected. */
export class WorkerConnection {
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #reader = new FrameReader();
  readonly #clients = new KnownClients();
  readonly #meanings = new Map<number, Meaning>();
  /** In the order in which they came. */
  readonly #arrivals: Arrival[] = [];
  #session: string | undefined;

  constructor(socket: Socket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.on('data', (octets: Buffer) => this.#read(octets));
    // What was wrong, its end tells.
    socket.on('error', () => undefined);
    socket.on('close', () => parts.onClose(this));
  }

  /** Batches that wait for the store. */
  get waiting(): number {
    return this.#arrivals.length;
  }

  /** Whether it can be told anything. */
  get isOpen(): boolean {
    return this.#socket.writable;
  }

  sendFigures(figures: RecorderFigures): void {
    this.#send(toFrame(FRAME.FIGURES, figures));
  }

  sendLine(line: ToldLine): void {
    this.#send(toFrame(FRAME.LINE, line));
  }

  /** Ends the connection once what was written is sent. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #send(frame: Buffer): void {
    // A worker that reads nothing must not fill our memory; figures come again, and lines are told when they can be.
    if (this.#socket.writable && !this.#socket.writableNeedDrain) this.#socket.write(frame);
  }

  #read(octets: Buffer): void {
    try {
      for (const frame of this.#reader.take(octets)) this.#take(frame);
    } catch (error) {
      this.#socket.destroy();
      this.#parts.onFault(`a worker's connection is closed: ${reasonOf(error)}`);
    }
  }

  #take({ kind, body }: Frame): void {
    if (kind === FRAME.HELLO) this.#session = toMessage('HELLO', body).session;
    else if (this.#session === undefined) throw new Error(`it begins with a frame of kind ${kind}`);
    else this.#takeOf(this.#session, kind, body);
  }

  #takeOf(session: string, kind: number, body: Buffer): void {
    switch (kind) {
      case FRAME.SETTINGS:
        return this.#parts.onSettings(toMessage('SETTINGS', body));
      case FRAME.STATE:
        return this.#begin(toMessage('STATE', body));
      case FRAME.REASONS: {
        const notice = toMessage('REASONS', body);
        return this.#meaningOf(notice.epoch).learn(notice);
      }
      case FRAME.CLIENTS:
        return this.#clients.learn(toMessage('CLIENTS', body));
      case FRAME.BATCH:
        return this.#takeBatch(session, body);
      default:
        throw new Error(`a frame of kind ${kind} came`);
    }
  }

  /** Servers and reasons come as they are met, so that a state may be told again with more of them. */
  #begin(state: StateNotice): void {
    const known = this.#meanings.get(state.epoch);
    if (known !== undefined) return known.renew(state);
    this.#meanings.set(state.epoch, new Meaning(state, this.#clients));
    for (const epoch of this.#meanings.keys()) {
      if (this.#meanings.size <= MOST_MEANINGS) return;
      this.#meanings.delete(epoch);
    }
  }

  #meaningOf(epoch: number): Meaning {
    const meaning = this.#meanings.get(epoch);
    if (meaning === undefined) throw new Error(`numbers of the state ${epoch} came, which was not told`);
    return meaning;
  }

  #takeBatch(session: string, body: Buffer): void {
    const epoch = Batch.epochOf(body);
    if (epoch === undefined) throw new Error(`a batch of ${body.length} octets came`);
    const arrival = { sequence: body.readDoubleLE(0), isKept: false };
    this.#arrivals.push(arrival);
    void this.#keep(session, epoch, body).then(() => {
      arrival.isKept = true;
      this.#acknowledge();
    });
    if (this.#arrivals.length >= MOST_WAITING) this.#socket.pause();
  }

  async #keep(session: string, epoch: number, body: Buffer): Promise<void> {
    try {
      await this.#parts.onBatch(Batch.read(session, this.#meaningOf(epoch), body));
    } catch (error) {
      const what = error instanceof BatchFault ? 'a batch is lost, it makes no sense' : 'a batch is lost';
      this.#parts.onFault(`${what}: ${reasonOf(error)}`);
    }
  }

  /** Says up to which batch all are kept: those behind one that is not kept yet wait. */
  #acknowledge(): void {
    const open = this.#arrivals.findIndex(({ isKept }) => !isKept);
    const done = this.#arrivals.splice(0, open < 0 ? this.#arrivals.length : open);
    const last = done.at(-1);
    if (last !== undefined && this.#socket.writable) this.#socket.write(toAck(FRAME.ACK, last.sequence));
    if (this.#arrivals.length < MOST_WAITING) this.#socket.resume();
  }
}
