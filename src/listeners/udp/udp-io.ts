// How datagrams are read and sent, chosen once at the start of the process.

import { openBatchedIo } from '../../datagrams/batched-io.ts';
import { batchedUdpListeners } from './batched-udp-listener.ts';
import { openPlainUdpListener } from './plain-udp-listener.ts';
import type { OpenUdpListener } from './udp-listener.ts';

/** How datagrams are read and sent. */
export interface UdpIo {
  readonly mode: 'plain' | 'batched';
  /** Why it is plain where batches were wanted. */
  readonly reason?: string;
  readonly open: OpenUdpListener;
}

/** What the configuration may ask for: batches where they work, one at a time, or batches and nothing else. */
type WantedIo = 'auto' | UdpIo['mode'];

/** Plain I/O, which every system has. */
export const PLAIN_IO: UdpIo = { mode: 'plain', open: openPlainUdpListener };

/** Tries batched I/O out unless plain is wanted; where it does not work the mode is plain, with the reason. */
export async function chooseUdpIo(wanted: WantedIo): Promise<UdpIo> {
  if (wanted === 'plain') return PLAIN_IO;
  const io = await openBatchedIo();
  if (typeof io === 'string') return { ...PLAIN_IO, reason: io };
  return { mode: 'batched', open: batchedUdpListeners(io) };
}

/** Why the wanted way does not work here, and what to write instead; undefined where it works. */
export function refusalOf(wanted: WantedIo, { mode, reason = '' }: UdpIo): string | undefined {
  if (wanted !== 'batched' || mode === 'batched') return undefined;
  return `server.io: datagrams cannot be read in batches here: ${reason}; write auto or plain`;
}
