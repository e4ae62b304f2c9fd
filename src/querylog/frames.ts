// Frames as octets: made from a message, and cut out of a stream. The rule: what is no frame of this version ends the stream, with a
// reason in words.
import { FRAME_HEAD_OCTETS, FRAME_VERSION, MAX_BODY_OCTETS } from './messages.ts';
import type { RecorderFigures, ToldLine } from './figures.ts';
import type { ClientsNotice, Hello, ReasonsNotice, RecorderSettings, StateNotice } from './messages.ts';

/** What the frames with JSON hold, by the names of their kinds. */
interface Messages {
  readonly HELLO: Hello;
  readonly SETTINGS: RecorderSettings;
  readonly STATE: StateNotice;
  readonly REASONS: ReasonsNotice;
  readonly CLIENTS: ClientsNotice;
  readonly FIGURES: RecorderFigures;
  readonly LINE: ToldLine;
}

/** A frame that came. Its body is good until the next octets are taken. */
export interface Frame {
  readonly kind: number;
  readonly body: Buffer;
}

/** A frame with a message in JSON. */
export function toFrame(kind: number, message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([toHead(kind, body.length), body]);
}

/** Reads the body of a frame with a message in JSON. Throws an Error where it is none. */
export function toMessage<Kind extends keyof Messages>(_kind: Kind, body: Buffer): Messages[Kind] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are of one release, which the frame's version says
  return JSON.parse(body.toString('utf8')) as Messages[Kind];
}

/** The frame that says up to which batch all are kept. */
export function toAck(kind: number, sequence: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeDoubleLE(sequence);
  return Buffer.concat([toHead(kind, body.length), body]);
}

function toHead(kind: number, octets: number): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_OCTETS);
  head.writeUInt32LE(octets, 0);
  head[4] = kind;
  head[5] = FRAME_VERSION;
  return head;
}

/** Cuts frames out of octets as they come. */
export class FrameReader {
  readonly #most: number;
  #rest: Buffer = Buffer.alloc(0);

  /** With the most octets that a body may have. */
  constructor(most = MAX_BODY_OCTETS) {
    this.#most = most;
  }

  /** Gives the frames that are whole with these octets. Throws an Error with the reason where they are no frames. */
  *take(octets: Buffer): Generator<Frame, void, undefined> {
    this.#rest = this.#rest.length === 0 ? octets : Buffer.concat([this.#rest, octets]);
    for (;;) {
      const rest = this.#rest;
      if (rest.length < FRAME_HEAD_OCTETS) return;
      const length = rest.readUInt32LE(0);
      const version = rest[5] ?? 0;
      if (version !== FRAME_VERSION)
        throw new Error(`a frame of version ${version} came, and only ${FRAME_VERSION} is known here`);
      if (length > this.#most)
        throw new Error(`a frame of ${length} octets came, and at most ${this.#most} are taken`);
      const end = FRAME_HEAD_OCTETS + length;
      if (rest.length < end) return;
      this.#rest = rest.subarray(end);
      yield { kind: rest[4] ?? 0, body: rest.subarray(FRAME_HEAD_OCTETS, end) };
    }
  }
}
