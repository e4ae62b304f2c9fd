/** System calls that fail where a test says so, and are the system's own otherwise. */
import type { Poll, PollCallback, SystemCalls } from '../../src/datagrams/system-calls.ts';

/** The outcome of a call: the number of datagrams sent, or an error. */
export type Outcome = { readonly count: number } | { readonly errno: number };

/** Wraps real system calls; each outcome holds for one call. */
export class TroubledCalls implements SystemCalls {
  /** The outcomes of the next sendmmsg calls; later calls go to the system. */
  readonly sends: Outcome[] = [];
  readonly receives: Outcome[] = [];
  /** Called after each recvmmsg that took something in. */
  onReceived: (headers: Uint8Array, count: number) => void = () => undefined;
  /** Called before each sendmmsg. */
  onSend: (headers: Uint8Array, count: number) => void = () => undefined;
  /** Datagrams taken in by each turn of the socket. */
  readonly turns: number[] = [];
  /** The READY bits of every start of a poll. */
  readonly starts: number[] = [];
  /** Calls back as libuv does. */
  wake: PollCallback = () => undefined;
  readonly #real: SystemCalls;
  #errno: number | undefined;

  constructor(real: SystemCalls) {
    this.#real = real;
  }

  get layout() {
    return this.#real.layout;
  }

  get truncated() {
    return this.#real.truncated;
  }

  receive(descriptor: number, headers: Uint8Array, count: number): number {
    const take = this.#next(this.receives, count);
    if (take < 0) return take;
    const came = this.#real.receive(descriptor, headers, take);
    this.turns[this.turns.length - 1] = (this.turns.at(-1) ?? 0) + Math.max(came, 0);
    if (came > 0) this.onReceived(headers, came);
    return came;
  }

  send(descriptor: number, headers: Uint8Array, count: number): number {
    this.onSend(headers, count);
    const give = this.#next(this.sends, count);
    return give < 0 ? give : this.#real.send(descriptor, headers, give);
  }

  duplicate(descriptor: number): number {
    return this.#real.duplicate(descriptor);
  }

  close(descriptor: number): number {
    return this.#real.close(descriptor);
  }

  errno(): number {
    return this.#errno ?? this.#real.errno();
  }

  addressOf(buffer: ArrayBuffer): bigint {
    return this.#real.addressOf(buffer);
  }

  poll(descriptor: number, callback: PollCallback): Poll {
    this.wake = (status, events) => {
      this.turns.push(0);
      callback(status, events);
    };
    const poll = this.#real.poll(descriptor, this.wake);
    const start = (events: number): void => {
      this.starts.push(events);
      poll.start(events);
    };
    return { ...poll, start };
  }

  #next(outcomes: Outcome[], count: number): number {
    const outcome = outcomes.shift() ?? { count };
    this.#errno = 'errno' in outcome ? outcome.errno : undefined;
    return 'errno' in outcome ? -1 : Math.min(outcome.count, count);
  }
}
