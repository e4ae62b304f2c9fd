// What a recorder and the process that started it say to each other over IPC; connections of people who ask travel beside the messages.

/** What the starter says. */
export type ToRecorder =
  /** A connection to the history socket comes beside this message. */
  | { readonly kind: 'history' }
  /** It asks whether the recorder is alive, and the recorder answers with the same. */
  | { readonly kind: 'pulse' }
  /** The worker has ended: what it has sent is to be kept, and then the recorder is to end. */
  | { readonly kind: 'end' };

/** What a recorder says. */
export type FromRecorder =
  | { readonly kind: 'pulse' }
  /** It takes batches. */
  | { readonly kind: 'ready' }
  /** Why it is about to end. */
  | { readonly kind: 'fault'; readonly message: string };

const MAX_MESSAGE = 1000;

/** A message in a form that recorders send; undefined where it has none of these forms. */
export function toFromRecorder(message: unknown): FromRecorder | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const { kind } = message;
  if (kind === 'pulse' || kind === 'ready') return { kind };
  if (kind !== 'fault' || !('message' in message) || typeof message.message !== 'string') return undefined;
  return { kind, message: message.message.slice(0, MAX_MESSAGE) };
}
