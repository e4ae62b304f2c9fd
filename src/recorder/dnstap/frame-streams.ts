// Frame Streams, as dnstap goes over sockets (the fstrm library's documentation of its control frames): a frame is its length in
// 32 bits, most significant octet first, and its octets; a control frame stands behind a length of 0.

/** The kinds of control frames. */
export const CONTROL = { ACCEPT: 1, START: 2, STOP: 3, READY: 4, FINISH: 5 } as const;

/** A value of CONTROL. */
export type Control = (typeof CONTROL)[keyof typeof CONTROL];

/** What dnstap's frames are. */
export const DNSTAP_CONTENT = 'protobuf:dnstap.Dnstap';

/** The field that names the content. */
const FIELD_CONTENT_TYPE = 1;

/** The most octets of a control frame that is read: the library's own bound. */
export const MAX_CONTROL_OCTETS = 512;

/** A control frame; with a content type, one that names it. */
export function controlFrame(kind: Control, content?: string): Buffer {
  const fields = content === undefined ? 0 : 8 + Buffer.byteLength(content);
  const frame = Buffer.alloc(12 + fields);
  frame.writeUInt32BE(4 + fields, 4);
  frame.writeUInt32BE(kind, 8);
  if (content === undefined) return frame;
  frame.writeUInt32BE(FIELD_CONTENT_TYPE, 12);
  frame.writeUInt32BE(fields - 8, 16);
  frame.write(content, 20, 'latin1');
  return frame;
}

/** A control frame that was read. */
export interface ReadControl {
  readonly kind: number;
  readonly contents: readonly string[];
  /** Octets of the whole frame. */
  readonly octets: number;
}

/** Reads the control frame at the beginning; `more`: it is not all there yet; `not one`: nothing of Frame Streams stands there. */
export function readControl(octets: Buffer): ReadControl | 'more' | 'not one' {
  if (octets.length < 8) return 'more';
  const length = octets.readUInt32BE(4);
  if (octets.readUInt32BE(0) !== 0 || length < 4 || length > MAX_CONTROL_OCTETS) return 'not one';
  const end = 8 + length;
  if (octets.length < end) return 'more';
  const contents: string[] = [];
  for (let at = 12; at < end;) {
    if (at + 8 > end) return 'not one';
    const field = octets.readUInt32BE(at);
    const size = octets.readUInt32BE(at + 4);
    at += 8;
    if (size > end - at) return 'not one';
    if (field === FIELD_CONTENT_TYPE) contents.push(octets.toString('latin1', at, at + size));
    at += size;
  }
  return { kind: octets.readUInt32BE(8), contents, octets: end };
}
