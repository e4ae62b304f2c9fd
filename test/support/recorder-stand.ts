// A recorder for tests: listens on a socket, reads what a worker tells, and keeps batches as a test says.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { toAck } from '../../src/querylog/frames.ts';
import { FRAME } from '../../src/querylog/messages.ts';
import type { ReadBatch, ReadRecord } from './record-reader.ts';
import { RecordReader } from './record-reader.ts';

/** How it is. */
export interface StandOptions {
  /** Whether what comes is said to be kept at once; default: yes. */
  readonly acks?: boolean;
  /** Whether anything is read; default: yes. */
  readonly reads?: boolean;
}

/** One recorder; what it has been told in all its connections. */
export class RecorderStand {
  readonly readers: RecordReader[] = [];
  readonly sockets: Socket[] = [];
  /** Octets as they came. */
  octets = Buffer.alloc(0);
  readonly #server: Server;
  readonly #options: StandOptions;
  readonly #faults: unknown[] = [];

  private constructor(options: StandOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async open(path: string, options: StandOptions = {}): Promise<RecorderStand> {
    const stand = new RecorderStand(options);
    stand.#server.listen(path);
    await once(stand.#server, 'listening');
    return stand;
  }

  get batches(): ReadBatch[] {
    return this.readers.flatMap(({ batches }) => batches);
  }

  /** All records in the order in which they came; throws where anything made no sense. */
  get records(): ReadRecord[] {
    if (this.#faults.length > 0) throw this.#faults[0];
    return this.batches.flatMap(({ records }) => records);
  }

  /** Says that it keeps all up to this batch. */
  ack(sequence: number): void {
    this.sockets.at(-1)?.write(toAck(FRAME.ACK, sequence));
  }

  /** Begins to read where it did not. */
  read(): void {
    for (const socket of this.sockets) socket.resume();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    const reader = new RecordReader();
    this.readers.push(reader);
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    if (this.#options.reads === false) socket.pause();
    socket.on('data', (octets: Buffer) => {
      this.octets = Buffer.concat([this.octets, octets]);
      try {
        const last = reader.take(octets).at(-1);
        if (last !== undefined && this.#options.acks !== false) this.ack(last.sequence);
      } catch (error) {
        this.#faults.push(error);
      }
    });
  }
}
