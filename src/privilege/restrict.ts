// The rights that the process gives up on OpenBSD, where `server.pledge` is true. Experimental: written from the manuals and
// not tried on OpenBSD. The rule: it may read and start what its user may, and write only the paths given here.
//
// Node's own process.permission.drop (24 on) is of no use here: it is there only under --permission from the start, which
// refuses fsync whatever is allowed, so that no list is kept; and children (compiler, ip, route) are needed until the end.
// test/privilege/restrict.test.ts fails once a Node has it otherwise.
import { getSystemErrorName } from 'node:util';
import type { RestrictionCalls } from '../datagrams/system-calls.ts';
import { loadRestrictionCalls } from '../datagrams/system-calls.ts';

/**
 * What the process goes on doing (pledge(2)): files, sockets, those that the parent sends, ifconfig and route as programs,
 * code that V8 makes, its own memory and interfaces for `status`. `error`: what is missing here is refused, not fatal.
 */
const PROMISES =
  'stdio rpath wpath cpath fattr flock inet unix dns recvfd proc exec prot_exec ps vminfo route error';

/** Gives up the right to write anything but these files and folders; gives in words what went wrong. */
export async function restrict(
  writable: readonly string[],
  load: () => Promise<RestrictionCalls | string> = loadRestrictionCalls,
): Promise<string | undefined> {
  const calls = await load();
  if (typeof calls === 'string') return `pledge(2) cannot be called: ${calls}`;
  const unveiled: readonly (readonly [path: string | null, permissions: string | null])[] = [
    ['/', 'rx'],
    ...['/dev/null', ...writable].map((path) => [path, 'rwc'] as const),
    [null, null],
  ];
  for (const [path, permissions] of unveiled)
    if (calls.unveil(path, permissions) !== 0) return failed(calls, `unveil(${path}, ${permissions})`);
  return calls.pledge(PROMISES) === 0 ? undefined : failed(calls, `pledge(${PROMISES})`);
}

function failed(calls: RestrictionCalls, call: string): string {
  return `${call} failed: ${getSystemErrorName(-calls.errno())}`;
}
