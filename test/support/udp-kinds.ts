/** The two kinds of UDP listeners, for tests that hold both to the same. */
import { openBatchedIo } from '../../src/datagrams/batched-io.ts';
import { batchedUdpListeners } from '../../src/listeners/udp/batched-udp-listener.ts';
import { openPlainUdpListener } from '../../src/listeners/udp/plain-udp-listener.ts';
import type { OpenUdpListener } from '../../src/listeners/udp/udp-listener.ts';

/** What batched sockets work with, or why there can be none here. */
export const batchedIo = await openBatchedIo();

/** Why what needs batched I/O is skipped, if it is. */
export const noBatchedIo = typeof batchedIo === 'string' ? `no batched I/O here: ${batchedIo}` : false;

/** One kind of listener. */
export interface UdpKind {
  readonly name: 'plain' | 'batched';
  readonly open: OpenUdpListener;
  /** Why it cannot be tested here, if it cannot. */
  readonly skip: string | false;
}

/** Every kind there is. */
export const UDP_KINDS: readonly UdpKind[] = [
  { name: 'plain', open: openPlainUdpListener, skip: false },
  {
    name: 'batched',
    open: typeof batchedIo === 'string' ? openPlainUdpListener : batchedUdpListeners(batchedIo),
    skip: noBatchedIo,
  },
];
