// What a recorder and the process that started it say to each other over IPC; connections of people who ask and
// sockets of the page travel beside the messages.

/** What the starter says. */
export type ToRecorder =
  /** A connection to the history socket comes beside this message. */
  | { readonly kind: 'history' }
  /** It asks whether the recorder is alive, and the recorder answers with the same. */
  | { readonly kind: 'pulse' }
  /** The socket that was asked for comes beside this message, or why there is none. */
  | PageSocketAnswer
  /** The worker has ended: what it has sent is to be kept, and then the recorder is to end. */
  | { readonly kind: 'end' };

/** A recorder asks for a socket that it may not bind itself: an address and a port of `web.listen`. */
export interface PageSocketRequest {
  readonly kind: 'bind';
  readonly id: number;
  readonly address: string;
  readonly port: number;
}

/** The answer. */
export interface PageSocketAnswer {
  readonly kind: 'bound';
  readonly id: number;
  readonly error?: { readonly message: string; readonly code: string; readonly syscall: string };
}

/** What a recorder says. */
export type FromRecorder =
  | { readonly kind: 'pulse' }
  /** It takes batches. */
  | { readonly kind: 'ready' }
  | PageSocketRequest
  /** Why it is about to end. */
  | { readonly kind: 'fault'; readonly message: string };

const MAX_MESSAGE = 1000;

/** A message in a form that recorders send; undefined where it has none of these forms. */
export function toFromRecorder(message: unknown): FromRecorder | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const { kind } = message;
  if (kind === 'pulse' || kind === 'ready') return { kind };
  if (kind === 'bind') return toPageSocketRequest(message);
  if (kind !== 'fault' || !('message' in message) || typeof message.message !== 'string') return undefined;
  return { kind, message: message.message.slice(0, MAX_MESSAGE) };
}

function toPageSocketRequest(message: object): PageSocketRequest | undefined {
  if (!('id' in message) || !('address' in message) || !('port' in message)) return undefined;
  const { id, address, port } = message;
  if (typeof id !== 'number' || typeof address !== 'string' || typeof port !== 'number') return undefined;
  return { kind: 'bind', id, address, port };
}
