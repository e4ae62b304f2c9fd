// Queries from another process, a round at a time, so that what asking costs is not counted with what answering costs.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

/** Sends `64 queries, then a turn of the event loop` until a round is done, and takes whatever comes back. */
const PROGRAM = `
const dgram = require('node:dgram');
const net = require('node:net');
const [kind, port, hex] = process.argv.slice(1);
const query = Buffer.from(hex, 'hex');
const frame = Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]);
const socket = kind === 'udp' ? dgram.createSocket('udp4') : net.connect(Number(port), '127.0.0.1');
if (kind === 'udp') socket.connect(Number(port), '127.0.0.1');
socket.on('error', () => {});
if (kind === 'tcp') { socket.setNoDelay(true); socket.resume(); }
const send = kind === 'udp' ? () => socket.send(query) : () => socket.write(frame);
socket.once('connect', () => console.log('ready'));
process.stdin.on('data', (text) => {
  let left = Number(text);
  const some = () => {
    for (let i = 0; i < 64 && left > 0; i++, left--) send();
    if (left > 0) setImmediate(some);
    else console.log('sent');
  };
  some();
});
process.stdin.on('end', () => process.exit());
`;

/** How long queries have to arrive, in milliseconds. */
const ARRIVE_MS = 30;

/** Who asks. */
export interface Flood {
  /** Sends so many queries; some may be lost over UDP. */
  round(queries: number): Promise<void>;
  end(): void;
}

/** Starts to ask a port of 127.0.0.1 with this query. */
export async function openFlood(kind: 'udp' | 'tcp', port: number, query: Uint8Array): Promise<Flood> {
  const child = spawn(
    process.execPath,
    ['--eval', PROGRAM, kind, String(port), Buffer.from(query).toString('hex')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface(child.stdout);
  await once(lines, 'line');
  return {
    async round(queries) {
      const sent = once(lines, 'line');
      child.stdin.write(String(queries));
      // They wait in the socket meanwhile, so that as many as can be are taken at once, on any machine.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ARRIVE_MS);
      await sent;
    },
    end: () => void child.stdin.end(),
  };
}
