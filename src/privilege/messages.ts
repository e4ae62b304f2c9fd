// What the privileged parent and the worker say to each other over IPC; sockets travel beside the messages.

/** The address of a socket that the configuration names. */
export interface SocketName {
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

/** The worker asks for a socket. */
export interface BindRequest extends SocketName {
  readonly kind: 'bind';
  readonly id: number;
}

/** The worker has closed a socket; the parent then closes its own descriptor of it. */
interface ReleaseNotice extends SocketName {
  readonly kind: 'release';
}

/** The worker serves: it has asked for all sockets that it can use now, and from now on its end is a crash. */
interface ReadyNotice {
  readonly kind: 'ready';
}

/** The parent asks whether the worker is alive, and the worker answers with the same message. */
interface PulseSign {
  readonly kind: 'pulse';
}

/** The worker has queries logged, or not: a recorder is to run, or none. */
interface RecorderWish {
  readonly kind: 'recorder';
  readonly isWanted: boolean;
}

/** What a worker says. */
export type FromWorker = BindRequest | ReleaseNotice | ReadyNotice | PulseSign | RecorderWish;

/** The answer to a BindRequest: with a socket beside it, or why there is none. */
export interface BindAnswer {
  readonly kind: 'bound';
  readonly id: number;
  readonly error?: { readonly message: string; readonly code: string; readonly syscall: string };
}

/** Whose control socket it is. */
export type SocketRole = 'admin' | 'parent';

/** A connection to a control socket comes beside this message. */
interface ControlConnection {
  readonly kind: 'control';
  readonly role: SocketRole;
}

/** How workers before this one have ended. */
export interface WorkerPast {
  /** Crashes since the parent started. */
  readonly crashes: number;
  /** How and when (ISO 8601) the last one ended: the signal, or `status N`. */
  readonly last?: { readonly how: string; readonly at: string };
}

interface PastNotice extends WorkerPast {
  readonly kind: 'past';
}

/** How the recorder is, as who starts it knows. */
export interface RecorderPast {
  /** `off`: none is wanted; `waiting`: it has ended, and a new one starts after a pause. */
  readonly state: 'off' | 'starting' | 'running' | 'waiting';
  /** Recorders that were started. */
  readonly starts: number;
  readonly pid?: number | undefined;
  /** How and when (ISO 8601) the last one ended that was not told to. */
  readonly last?: { readonly how: string; readonly at: string } | undefined;
}

interface RecorderNotice extends RecorderPast {
  readonly kind: 'recorder';
}

/** What the parent says. */
export type FromParent = BindAnswer | ControlConnection | PastNotice | PulseSign | RecorderNotice;
