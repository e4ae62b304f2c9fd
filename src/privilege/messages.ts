// What the privileged parent and the worker say to each other over IPC; sockets travel beside the messages.

/** The worker asks for a socket on an address that the configuration names. */
export interface BindRequest {
  readonly kind: 'bind';
  readonly id: number;
  readonly transport: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

/** The worker serves: from now on its end is a crash. */
interface ReadyNotice {
  readonly kind: 'ready';
}

/** What a worker says. */
export type FromWorker = BindRequest | ReadyNotice;

/** The answer to a BindRequest: with a socket beside it, or why there is none. */
export interface BindAnswer {
  readonly kind: 'bound';
  readonly id: number;
  readonly error?: { readonly message: string; readonly code: string; readonly syscall: string };
}

/** A connection to the control socket comes beside this message. */
interface ControlConnection {
  readonly kind: 'control';
}

/** What the parent says. */
export type FromParent = BindAnswer | ControlConnection;
