// Whether batched datagrams work here: sends some to a socket of our own, through every call that queries will take. A
// layout that does not fit this system, or a readiness that never comes, is found now instead of by clients.

import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { BatchedIo } from './datagram-socket.ts';
import { DatagramSocket, duplicateDescriptor } from './datagram-socket.ts';

/** How long one address may take, in milliseconds; it takes a few. */
const LIMIT_MS = 250;

/** What is sent: lengths that tell the headers of a batch apart, and one that fills more than a page. */
const LENGTHS = [1, 40, 5000];

/** Gives in words what does not work, or undefined where everything works. */
export async function findFault(io: BatchedIo): Promise<string | undefined> {
  return (await tryAddress(io, 'udp4', '127.0.0.1')) ?? (await tryAddress(io, 'udp6', '::1'));
}

async function tryAddress(
  io: BatchedIo,
  type: 'udp4' | 'udp6',
  address: string,
): Promise<string | undefined> {
  const server = await bind(type, address);
  // A system without IPv6 will not serve it either.
  if (server === undefined) return type === 'udp4' ? `${address} cannot be bound` : undefined;
  const client = await bind(type, address);
  if (client === undefined) {
    server.close();
    return `${address} cannot be bound`;
  }
  try {
    return await echo(io, server, client);
  } finally {
    client.close();
  }
}

async function bind(type: 'udp4' | 'udp6', address: string): Promise<Socket | undefined> {
  const socket = createSocket({ type, ipv6Only: type === 'udp6' });
  try {
    const listening = once(socket, 'listening');
    socket.bind(0, address);
    await listening;
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}

/** Sends datagrams from client to server and takes them back; closes the server. */
async function echo(io: BatchedIo, server: Socket, client: Socket): Promise<string | undefined> {
  const { address, port } = server.address();
  const descriptor = duplicateDescriptor(io.calls, server);
  const isIpv6 = address.includes(':');
  const clientPort = client.address().port;
  server.close();
  if (descriptor === undefined) return 'Node does not give the descriptor of a socket';

  const { batch } = io;
  let fault: string | undefined;
  let came = 0;
  const socket = new DatagramSocket(io, descriptor, {
    counters: { replies: 0, sendErrors: 0 },
    onDatagrams(count) {
      for (let i = 0; i < count; i++, came++) {
        const query = batch.queries[i]?.subarray(0, batch.octets(i)) ?? new Uint8Array();
        const at = isIpv6 ? batch.ipv6At(i) : batch.ipv4At(i);
        const sender = batch.senders.subarray(at, at + (isIpv6 ? 16 : 4)).join('.');
        const wanted = isIpv6 ? '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1' : '127.0.0.1';
        if (!isWhole(query, came)) fault = `datagram ${came} was not received as it was sent`;
        else if (sender !== wanted || batch.senderPort(i) !== clientPort)
          fault = `the address of a sender is read as ${sender} port ${batch.senderPort(i)}`;
        batch.replyRoom.set(query);
        socket.reply(i, query.length);
      }
    },
    onFault: (doing, error) =>
      (fault = `${doing} failed: ${error instanceof Error ? error.message : String(error)}`),
  });
  try {
    const replies = repliesOf(client);
    for (const [i, octets] of LENGTHS.entries())
      client.send(new Uint8Array(octets).fill(i + 1), port, address);
    const missing = await replies;
    return fault ?? missing;
  } finally {
    socket.close();
  }
}

/** Waits for all replies; gives in words what is wrong with them. */
function repliesOf(client: Socket): Promise<string | undefined> {
  return new Promise((done) => {
    let came = 0;
    const timer = setTimeout(() => done(`${came} of ${LENGTHS.length} datagrams came back`), LIMIT_MS);
    client.on('error', () => undefined);
    client.on('message', (reply) => {
      if (!isWhole(reply, came)) {
        clearTimeout(timer);
        done(`reply ${came} is not as it was sent`);
      } else if (++came === LENGTHS.length) {
        clearTimeout(timer);
        done(undefined);
      }
    });
  });
}

function isWhole(datagram: Uint8Array, i: number): boolean {
  return datagram.length === LENGTHS[i] && datagram.every((octet) => octet === i + 1);
}
