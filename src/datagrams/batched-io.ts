// Prepares what batched sockets need, once for a process, and only where a trial shows that it works.

import { DatagramBatch } from './datagram-batch.ts';
import type { BatchedIo } from './datagram-socket.ts';
import { findFault } from './self-test.ts';
import { loadSystemCalls } from './system-calls.ts';

/** Gives what batched sockets work with, or in words the reason why they cannot work here. */
export async function openBatchedIo(): Promise<BatchedIo | string> {
  const calls = await loadSystemCalls();
  if (typeof calls === 'string') return calls;
  const io = { calls, batch: new DatagramBatch(calls) };
  try {
    const fault = await findFault(io);
    return fault === undefined ? io : `the self-test failed: ${fault}`;
  } catch (error) {
    return `the self-test failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
