// The system calls that Node does not have, through koffi. Only this file knows koffi. It is loaded at run time where it
// can be, since some systems have no binary of it, and nothing else depends on it.

import { endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type koffi from 'koffi';
import type { TypeObject } from 'koffi';
import type { Layout } from './layout.ts';
import { PLATFORMS, toLayout } from './layout.ts';

/** Called by libuv. `status` below 0: the descriptor has an error and is no longer waited on. `events` are READY bits. */
export type PollCallback = (status: number, events: number) => void;

/** What a descriptor is ready for, as libuv's uv_poll_event. */
export const READY = { READ: 1, WRITE: 2 } as const;

/** Waits, in the event loop, for a descriptor. */
export interface Poll {
  /** Waits for READY bits from now on, instead of those before. */
  start(events: number): void;
  /** Waits no longer, until the next start. */
  stop(): void;
  /** Ends the wait; the descriptor may be closed then. Its own callback must not call this. */
  close(): void;
}

/** System calls: each gives -1 where it failed, and `errno` then says why. */
export interface SystemCalls {
  readonly layout: Layout;
  /** msg_flags bit of a datagram that was longer than its room. */
  readonly truncated: number;
  /** recvmmsg(2), without waiting: fills up to `count` headers, gives how many. */
  receive(descriptor: number, headers: Uint8Array, count: number): number;
  /** sendmmsg(2): sends `count` headers, gives how many went. */
  send(descriptor: number, headers: Uint8Array, count: number): number;
  /** A second descriptor of the same socket, which child processes do not inherit. */
  duplicate(descriptor: number): number;
  close(descriptor: number): number;
  /** Why the last call failed, as in errno(3); read it at once, since Node's own calls change it too. */
  errno(): number;
  /** The address of a buffer. The buffer must be kept as long as the system has the address. */
  addressOf(buffer: ArrayBuffer): bigint;
  /** Makes a poller for a descriptor; throws where libuv refuses it. The callback must not throw. */
  poll(descriptor: number, callback: PollCallback): Poll;
}

/** OpenBSD's calls by which a process gives up rights; each gives -1 where it failed, and `errno` says why. */
export interface RestrictionCalls {
  /** pledge(2), without promises for programs that it starts. */
  pledge(promises: string): number;
  /** unveil(2); two nulls end it. */
  unveil(path: string | null, permissions: string | null): number;
  errno(): number;
}

type Koffi = typeof koffi;

/** uv_handle_type UV_POLL of libuv's uv.h. */
const UV_POLL = 8;

/** Loads the calls; where that is not possible, gives the reason in words. */
export async function loadSystemCalls(): Promise<SystemCalls | string> {
  const platform = PLATFORMS[process.platform];
  if (platform === undefined) return `it is not made for ${process.platform}`;
  // Counts are written in the low half of their fields, which comes first.
  if (endianness() !== 'LE') return 'it is not made for big-endian machines';
  try {
    const { default: ffi } = await import('koffi');
    const library = ffi.load(null);
    const buffer = 'void *';
    const recvmmsg: (
      ...given: [fd: number, headers: Uint8Array, count: number, flags: number, wait: null]
    ) => number = library.func('recvmmsg', 'int', ['int', buffer, 'unsigned int', 'int', buffer]);
    const sendmmsg: (fd: number, headers: Uint8Array, count: number, flags: number) => number = library.func(
      'sendmmsg',
      'int',
      ['int', buffer, 'unsigned int', 'int'],
    );
    const fcntl: (fd: number, command: number, type: string, argument: number) => number = library.func(
      'int fcntl(int fd, int command, ...)',
    );
    const close: (fd: number) => number = library.func('close', 'int', ['int']);
    return {
      layout: toLayout<TypeObject>(platform, ffi),
      truncated: platform.truncated,
      receive: (descriptor, headers, count) => recvmmsg(descriptor, headers, count, platform.dontWait, null),
      send: (descriptor, headers, count) => sendmmsg(descriptor, headers, count, 0),
      duplicate: (descriptor) => fcntl(descriptor, platform.copyDescriptor, 'int', 0),
      close,
      errno: () => ffi.errno(),
      addressOf: (memory) => ffi.address(memory),
      poll: pollMaker(ffi, library),
    };
  } catch (error) {
    return faultText(error);
  }
}

/** Loads pledge(2) and unveil(2); where that is not possible, gives the reason in words. */
export async function loadRestrictionCalls(): Promise<RestrictionCalls | string> {
  if (process.platform !== 'openbsd') return `${process.platform} has no pledge(2)`;
  try {
    const { default: ffi } = await import('koffi');
    const library = ffi.load(null);
    const pledge: (promises: string, execPromises: null) => number = library.func('pledge', 'int', [
      'str',
      'str',
    ]);
    const unveil: RestrictionCalls['unveil'] = library.func('unveil', 'int', ['str', 'str']);
    return { pledge: (promises) => pledge(promises, null), unveil, errno: () => ffi.errno() };
  } catch (error) {
    return faultText(error);
  }
}

function faultText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `koffi cannot be used: ${message.split('\n', 1)[0]}`;
}

// libuv's uv_poll, which node exports for its addons: it reports readiness and reads nothing. A
// dgram.Socket would read one itself, make objects of it and ask the system once more: 10.7 us a query instead of 7.8.
// koffi's own poll makes an object for every wake-up: 0.5 us more.
function pollMaker(ffi: Koffi, library: ReturnType<Koffi['load']>): SystemCalls['poll'] {
  const pointer = 'void *';
  const handleOctets: (type: number) => number = library.func('uv_handle_size', 'size_t', ['int']);
  const calloc: (count: number, octets: number) => bigint = library.func('calloc', pointer, [
    'size_t',
    'size_t',
  ]);
  const init: (loop: bigint, handle: bigint, fd: number) => number = library.func('uv_poll_init', 'int', [
    pointer,
    pointer,
    'int',
  ]);
  const start: (handle: bigint, events: number, callback: bigint) => number = library.func(
    'uv_poll_start',
    'int',
    [pointer, 'int', pointer],
  );
  const stop: (handle: bigint) => number = library.func('uv_poll_stop', 'int', [pointer]);
  const close: (handle: bigint, then: bigint) => void = library.func('uv_close', 'void', [pointer, pointer]);
  const freeAt: bigint = library.symbol('free');
  const free: (memory: bigint) => void = library.func('free', 'void', [pointer]);
  const loop: bigint = library.func('uv_default_loop', pointer, [])();
  // The first argument is the handle. It is not used, and as a pointer it would be a BigInt for every wake-up: 44
  // collections of young objects in 900,000 wake-ups instead of 31.
  const callbackType = ffi.pointer(ffi.proto('void', ['int', 'int', 'int']));

  return (descriptor, callback) => {
    const registered = ffi.register(
      (_handle: number, status: number, events: number) => callback(status, events),
      callbackType,
    );
    // In memory of C's, so that libuv can free it itself when it no longer uses it.
    const handle = calloc(1, handleOctets(UV_POLL));
    const fault = init(loop, handle, descriptor);
    if (fault !== 0) {
      free(handle);
      ffi.unregister(registered);
      throw new Error(`uv_poll_init: ${getSystemErrorName(fault)}`);
    }
    return {
      start: (events) => void start(handle, events, registered),
      stop: () => void stop(handle),
      close: () => {
        close(handle, freeAt);
        ffi.unregister(registered);
      },
    };
  };
}
