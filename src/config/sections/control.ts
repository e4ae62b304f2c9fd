// The control sockets: one for who may do everything, and one for parents where there is one.

import { resolve } from 'node:path';
import type { Config, ParentsSocket, Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft } from '../definition.ts';
import type { Names } from './names.ts';

// OpenBSD has room for 104 octets in a socket's path, the final zero included; Linux for 108.
const MAX_SOCKET_PATH_OCTETS = 103;

/** Gives the sockets as absolute paths. */
export function finishControl(
  draft: Draft['control'],
  folder: string,
  names: Names,
  faults: FaultLog,
): Config['control'] {
  const socket = resolve(folder, draft.socket);
  reportSocketLength(
    socket,
    { at: draft.written.keys.socket ?? draft.written.at, setting: 'control.socket' },
    faults,
  );
  const parents = finishParents(draft, folder, names, faults);
  if (parents?.socket === socket)
    faults.error(
      draft.parents?.written.at ?? draft.written.at,
      'control.parents.socket',
      'is control.socket, whose users may do everything; write another path, such as /var/run/vlandns-parents.sock',
    );
  return { socket, ...(parents === undefined ? {} : { parents }) };
}

function finishParents(
  { parents }: Draft['control'],
  folder: string,
  names: Names,
  faults: FaultLog,
): ParentsSocket | undefined {
  if (parents?.socket === undefined) return undefined;
  const socket = resolve(folder, parents.socket);
  const at = parents.written.keys.socket ?? parents.written.at;
  reportSocketLength(socket, { at, setting: 'control.parents.socket' }, faults);
  for (const { value, at: vlanAt, setting } of parents.vlans) names.vlans.refer(value, vlanAt, setting);
  return { socket, group: parents.group, vlans: parents.vlans.map(({ value }) => value) };
}

/** Reports the path of a socket that has more octets than systems take. */
export function reportSocketLength(
  socket: string,
  { at, setting }: { readonly at: Position; readonly setting: string },
  faults: FaultLog,
): void {
  const octets = Buffer.byteLength(socket);
  if (octets > MAX_SOCKET_PATH_OCTETS)
    faults.error(
      at,
      setting,
      `${socket} has ${octets} octets, and sockets may have ${MAX_SOCKET_PATH_OCTETS}; write a shorter path such as /var/run/vlandns.sock`,
    );
}
