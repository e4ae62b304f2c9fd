// Linux's tables of sockets, /proc/net/udp, tcp and the like: text in, rows out. Pure.

import { toClientAddress } from '../../addresses/client-address.ts';

/** One socket of a table. */
export interface ProcSocket {
  /** The local address, as procAddress() writes it. */
  readonly address: string;
  readonly port: number;
  /** Two hexadecimal digits; a TCP socket that listens has 0A. */
  readonly state: string;
  readonly inode: string;
  /** Datagrams that found its receive buffer full; UDP only. */
  readonly drops: number;
}

/** Reads a table. A line: "sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ref pointer drops". */
export function toProcSockets(table: string): ProcSocket[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state = '', , , , , , inode, , , drops] = line.trim().split(/\s+/);
      const [address = '', port = ''] = local.split(':');
      if (inode === undefined) return [];
      return [{ address, port: Number.parseInt(port, 16), state, inode, drops: Number(drops ?? 0) }];
    });
}

/** Writes an address as the tables do: words of 32 bits in the machine's own byte order, in hexadecimal. */
export function procAddress(address: string): string {
  const client = toClientAddress(address);
  if (client === undefined) return '';
  const words = client.family === 4 ? client.words.subarray(0, 1) : client.words;
  const network = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => network.setUint32(i * 4, word));
  return Array.from(new Uint32Array(network.buffer), (word) =>
    word.toString(16).toUpperCase().padStart(8, '0'),
  ).join('');
}
