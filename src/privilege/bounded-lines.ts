// Bounds what a worker may send without a line feed: Node keeps the beginning of a line of IPC in memory until the line
// ends. Node has no documented way to bound it; where the one used here is missing, nothing is bounded.
import type { ChildProcess } from 'node:child_process';
import { propertyOf } from '../datagrams/handle-of.ts';
import { closeSent } from './worker-message.ts';

/** Our longest message has some 200 octets. */
const MAX_LINE_OCTETS = 8192;

const LINE_FEED = 10;

/**
 * Calls `onTooLong` once when a line of a child's channel grows too long, and reads no more from it. Says whether Node
 * lets it.
 */
export function boundLines(child: ChildProcess, onTooLong: () => void): boolean {
  const symbol = Object.getOwnPropertySymbols(child).find(
    ({ description }) => description === 'kChannelHandle',
  );
  const channel: unknown = symbol === undefined ? undefined : Reflect.get(child, symbol);
  const take = propertyOf(channel, 'onread');
  if (typeof channel !== 'object' || channel === null || typeof take !== 'function') return false;
  let open = 0;
  Reflect.set(channel, 'onread', (octets?: unknown): void => {
    if (octets instanceof ArrayBuffer) {
      if (open > MAX_LINE_OCTETS) return dropHandle(channel);
      open = openAfter(new Uint8Array(octets), open);
      if (open > MAX_LINE_OCTETS) {
        dropHandle(channel);
        onTooLong();
        return;
      }
    }
    Reflect.apply(take, channel, [octets]);
  });
  return true;
}

/** The length of the unfinished line after these octets, given its length before them. */
function openAfter(octets: Uint8Array, before: number): number {
  const last = octets.lastIndexOf(LINE_FEED);
  return last === -1 ? before + octets.length : octets.length - last - 1;
}

/** A descriptor that came with octets that are not read any more. */
function dropHandle(channel: object): void {
  closeSent(propertyOf(channel, 'pendingHandle'));
  Reflect.set(channel, 'pendingHandle', null);
}
