// Sockets for questions over UDP, each with a random port of its own, a few of them opened before they are needed so that no
// question waits for that. The rule: a socket is used for one question, and one that received something before its question
// is not used: that was somebody's guess (RFC 5452 section 9.2).
import { createSocket } from 'node:dgram';
import type { Socket, SocketOptions } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { BackOff } from './back-off.ts';

/** How the sockets of one server are made. */
export interface SpareSocketsOptions {
  readonly address: string;
  readonly port: number;
  /** Sockets kept ready while questions come; default 4. */
  readonly spares?: number;
  /** How long sockets are kept after a question, in milliseconds: not long, since addresses of ours change; default 2000. */
  readonly idleMs?: number;
  /** Makes an unbound socket; default dgram's. */
  readonly createSocket?: (options: SocketOptions) => Socket;
  /** Milliseconds of a clock that does not jump; default the process's. */
  readonly now?: () => number;
  /** Called for each spare socket that could not be opened. */
  readonly failed?: () => void;
}

/** A socket, and whether it is connected already. */
export interface TakenSocket {
  readonly socket: Socket;
  readonly isConnected: boolean;
}

const SPARES = 4;
const IDLE_MS = 2000;
/** How long no spare is opened after a failure: at first, then twice as long each time, up to the longest. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/** Addresses need no look-up; without this each socket would go through the thread pool twice. */
const lookup: NonNullable<SocketOptions['lookup']> = (address, _options, callback) => {
  callback(null, address, isIPv6(address) ? 6 : 4);
};

/** The sockets for one server. */
export class SpareSockets {
  readonly #options: SpareSocketsOptions;
  readonly #spares: number;
  readonly #idleMs: number;
  readonly #createSocket: (options: SocketOptions) => Socket;
  readonly #now: () => number;
  readonly #ready: Socket[] = [];
  readonly #backOff = new BackOff(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS);
  #opening = 0;
  #isRefilling = false;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: SpareSocketsOptions) {
    this.#options = options;
    this.#spares = options.spares ?? SPARES;
    this.#idleMs = options.idleMs ?? IDLE_MS;
    this.#createSocket = options.createSocket ?? createSocket;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Sockets that are ready. */
  get size(): number {
    return this.#ready.length;
  }

  /** Gives a socket that nobody else has and that has no listeners; it is the caller's to close. Throws where none can be made. */
  take(): TakenSocket {
    this.#keepFilled();
    const spare = this.#ready.shift();
    if (spare === undefined) return { socket: this.#create(), isConnected: false };
    spare.removeAllListeners();
    return { socket: spare, isConnected: true };
  }

  /** Connects a socket that was not connected when it was taken: it says 'connect' or 'error', maybe at once. */
  connect(socket: Socket): void {
    socket.connect(this.#options.port, this.#options.address);
  }

  /** Closes what is ready; sockets that were taken are not touched. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#drop();
  }

  /** Connected, so that the kernel drops what others send and reports ICMP errors to us (RFC 5452 section 9.1). */
  #create(): Socket {
    return this.#createSocket({ type: isIPv6(this.#options.address) ? 'udp6' : 'udp4', lookup });
  }

  #keepFilled(): void {
    if (this.#isClosed) return;
    this.#idle = this.#idle?.refresh() ?? setTimeout(() => this.#drop(), this.#idleMs).unref();
    if (this.#isRefilling || this.#backOff.isPausing(this.#now())) return;
    this.#isRefilling = true;
    setImmediate(() => {
      this.#isRefilling = false;
      this.#refill();
    });
  }

  /**
   * Opens the missing spares, each once: a socket can fail before anybody waits for it (no descriptors or ports left, no such
   * family), and the next try is made by a question after the pause.
   */
  #refill(): void {
    const lacking = this.#spares - this.#ready.length - this.#opening;
    for (let i = 0; i < lacking; i++) {
      if (this.#isClosed || this.#backOff.isPausing(this.#now())) return;
      this.#openSpare();
    }
  }

  #openSpare(): void {
    let socket: Socket;
    try {
      socket = this.#create();
    } catch {
      // The question that needs a socket now reports the reason.
      this.#noteFailure();
      return;
    }
    this.#opening++;
    const opened = (): void => {
      this.#opening--;
      this.#backOff.succeeded();
      socket.off('error', failed);
      if (this.#isClosed) return closeQuietly(socket);
      socket.on('message', discard);
      socket.on('error', discard);
      this.#ready.push(socket);
    };
    const failed = (): void => {
      this.#opening--;
      this.#noteFailure();
      socket.off('connect', opened);
      closeQuietly(socket);
    };
    const discard = (): void => {
      const index = this.#ready.indexOf(socket);
      if (index >= 0) this.#ready.splice(index, 1);
      closeQuietly(socket);
    };
    socket.once('connect', opened);
    socket.once('error', failed);
    this.connect(socket);
  }

  #noteFailure(): void {
    this.#backOff.failed(this.#now());
    this.#options.failed?.();
  }

  #drop(): void {
    this.#idle = undefined;
    for (const socket of this.#ready.splice(0)) closeQuietly(socket);
  }
}

/** Closes a socket that nobody waits for; its late errors are ignored. */
export function closeQuietly(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => {});
  socket.close();
}
