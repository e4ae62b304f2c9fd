// Node's own handle of a dgram.Socket: not documented, so it is reached here and nowhere else, and may be missing.

import type { Socket } from 'node:dgram';

/** The handle of a bound socket, whatever it is; undefined where this Node keeps it elsewhere. */
export function handleOf(socket: Socket): unknown {
  // Found through a symbol, since reading `_handle` prints a deprecation warning (DEP0112).
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === 'state symbol',
  );
  return symbol === undefined ? undefined : propertyOf(Reflect.get(socket, symbol), 'handle');
}

/** A property of a value that may not be an object. */
export function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
