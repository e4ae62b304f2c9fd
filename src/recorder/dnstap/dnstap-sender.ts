// Sends dnstap to a collector as Frame Streams over a Unix-domain socket or TCP. The rules: nobody waits for the collector, what it does
// not take is lost and counted, and one that is away is tried again after pauses that grow.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { RestartPause } from '../../system/restart-pause.ts';
import { CONTROL, controlFrame, DNSTAP_CONTENT, MAX_CONTROL_OCTETS, readControl } from './frame-streams.ts';
import { toPayloads } from './dnstap-message.ts';
import type { Teller } from './dnstap-message.ts';
import type { TappedQuery } from './tapped-query.ts';

/** Where a collector listens: `unix:PATH` or `tcp://ADDRESS:PORT`, an IPv6 address in brackets. */
export type Collector = { readonly path: string } | { readonly host: string; readonly port: number };

/** What a sender works with. */
export interface SenderParts {
  readonly collector: Collector;
  readonly teller: Teller;
  /** Told of each change: undefined when the collector takes what is sent, else what is wrong. */
  readonly onState?: ((fault: string | undefined) => void) | undefined;
  /** Milliseconds between two tries: at first, and at most. */
  readonly pausesMs?: readonly [first: number, most: number] | undefined;
}

/** Octets that may wait for the collector; what does not fit is lost. */
const MAX_WAITING_OCTETS = 4 * 1024 * 1024;

const PAUSES_MS = [250, 30_000] as const;

/** How long a collector may take to say what it wants, and to take the last frames, in milliseconds. */
const HANDSHAKE_MS = 5000;
const FAREWELL_MS = 1000;

/** Reads where a collector listens; undefined where it is neither form. */
export function toCollector(text: string): Collector | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    return path.startsWith('/') ? { path } : undefined;
  }
  const tcp = /^tcp:\/\/(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^\s[\]:/]+)):(?<port>\d{1,5})$/.exec(
    text,
  )?.groups;
  const port = Number(tcp?.port);
  const host = tcp?.six ?? tcp?.host;
  return host !== undefined && port > 0 && port < 65_536 ? { host, port } : undefined;
}

/** A stream of frames to one collector. */
export class DnstapSender {
  /** Queries that were given on, and those that were lost, since start. */
  sent = 0;
  lost = 0;
  readonly #parts: SenderParts;
  readonly #pause: RestartPause;
  #socket: Socket | undefined;
  #isTaken = false;
  #isClosed = false;
  #connectedMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #fault: string | undefined = 'not connected yet';

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#pause = new RestartPause(parts.pausesMs ?? PAUSES_MS);
    this.#connect();
  }

  /** What is wrong; undefined while the collector takes what is sent. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Sends queries, or counts them as lost. */
  send(queries: readonly TappedQuery[]): void {
    const socket = this.#socket;
    if (!this.#isTaken || socket === undefined || socket.writableLength > MAX_WAITING_OCTETS) {
      this.lost += queries.length;
      return;
    }
    const { teller } = this.#parts;
    const frames = queries.flatMap((query) => toPayloads(query, teller)).flatMap(framed);
    socket.write(Buffer.concat(frames));
    this.sent += queries.length;
  }

  /** Ends the stream as Frame Streams end, and gives the collector a second to take the rest. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === undefined) return;
    if (!this.#isTaken) {
      socket.destroy();
      return;
    }
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => socket.destroy(), FAREWELL_MS);
      socket.once('close', () => {
        clearTimeout(late);
        resolve();
      });
      socket.end(controlFrame(CONTROL.STOP));
    });
  }

  #connect(): void {
    const socket = connect(this.#parts.collector);
    this.#socket = socket;
    this.#connectedMs = performance.now();
    let read: Buffer = Buffer.alloc(0);
    let fault: string | undefined;
    const late = setTimeout(
      () => socket.destroy(new Error('it did not answer READY with ACCEPT')),
      HANDSHAKE_MS,
    );
    socket.on('connect', () => socket.write(controlFrame(CONTROL.READY, DNSTAP_CONTENT)));
    socket.on('data', (octets: Buffer) => {
      if (this.#isTaken) return;
      read = Buffer.concat([read, octets.subarray(0, MAX_CONTROL_OCTETS + 8)]);
      const control = readControl(read);
      if (control === 'more') return;
      fault = refusalOf(control);
      if (fault !== undefined) return void socket.destroy();
      clearTimeout(late);
      socket.write(controlFrame(CONTROL.START, DNSTAP_CONTENT));
      this.#isTaken = true;
      this.#tell(undefined);
    });
    socket.on('error', (error) => (fault ??= error.message));
    socket.on('close', () => {
      clearTimeout(late);
      this.#isTaken = false;
      this.#socket = undefined;
      if (!this.#isClosed) this.#again(fault ?? 'it has closed the connection');
    });
  }

  #again(fault: string): void {
    this.#tell(fault);
    const pauseMs = this.#pause.ended(performance.now() - this.#connectedMs);
    this.#timer = setTimeout(() => this.#connect(), pauseMs);
  }

  #tell(fault: string | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#parts.onState?.(fault);
  }
}

/** A data frame, in its two parts. */
function framed(payload: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return [length, payload];
}

/** What is wrong with an answer to READY. */
function refusalOf(control: Exclude<ReturnType<typeof readControl>, 'more'>): string | undefined {
  if (control === 'not one' || control.kind !== CONTROL.ACCEPT)
    return 'it does not speak Frame Streams with a handshake; a collector such as fstrm_capture does';
  if (control.contents.length > 0 && !control.contents.includes(DNSTAP_CONTENT))
    return `it takes ${control.contents.join(', ')}, and not ${DNSTAP_CONTENT}`;
  return undefined;
}
