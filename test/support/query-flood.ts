// Queries from a thread with a heap of its own, a round at a time, so that what asking costs is not counted with what answering
// costs. While a round is being sent this thread stands still, so that its queries wait in the socket and as many as can be are
// taken at once, however busy the machine is.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Sends 64 queries, then a turn of the event loop, until a round is out; takes whatever comes back. */
const PROGRAM = `
const dgram = require('node:dgram');
const net = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const { kind, port, query, isOut } = workerData;
const frame = Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]);
const socket = kind === 'udp' ? dgram.createSocket('udp4') : net.connect(port, '127.0.0.1');
if (kind === 'udp') socket.connect(port, '127.0.0.1');
socket.on('error', () => {});
if (kind === 'tcp') { socket.setNoDelay(true); socket.resume(); }
const send = kind === 'udp' ? (sent) => socket.send(query, sent) : (sent) => socket.write(frame, sent);
socket.once('connect', () => parentPort.postMessage('ready'));
parentPort.on('message', (queries) => {
  let left = queries;
  let underWay = queries;
  const sent = () => {
    if (--underWay > 0) return;
    Atomics.store(isOut, 0, 1);
    Atomics.notify(isOut, 0);
  };
  const some = () => {
    for (let i = 0; i < 64 && left > 0; i++, left--) send(sent);
    if (left > 0) setImmediate(some);
  };
  some();
});
`;

/** How long a round may take to be sent, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Who asks. */
export interface Flood {
  /** Sends so many queries, and goes on when they are out; some may be lost over UDP. */
  round(queries: number): void;
  end(): Promise<unknown>;
}

/** Starts to ask a port of 127.0.0.1 with this query. */
export async function openFlood(kind: 'udp' | 'tcp', port: number, query: Uint8Array): Promise<Flood> {
  const isOut = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData: { kind, port, query, isOut } });
  await once(worker, 'message');
  return {
    round(queries) {
      isOut[0] = 0;
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
      worker.postMessage(queries);
      if (Atomics.wait(isOut, 0, 0, PATIENCE_MS) === 'timed-out') throw new Error('a round was not sent');
    },
    end: () => worker.terminate(),
  };
}
