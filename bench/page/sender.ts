// A steady load of queries from a thread of its own, whose replies are counted.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const PROGRAM = `
const dgram = require('node:dgram');
const { parentPort, workerData } = require('node:worker_threads');
const { port, query, rate } = workerData;
const socket = dgram.createSocket('udp4');
let answered = 0;
let sent = 0;
let began = 0;
socket.on('message', () => answered++);
socket.on('error', () => {});
socket.connect(port, '127.0.0.1', () => {
  began = performance.now();
  setInterval(() => {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; sent < due; sent++) socket.send(query);
  }, 5);
  parentPort.postMessage('ready');
});
parentPort.on('message', () => parentPort.postMessage({ sent, answered }));
`;

/** How many queries were sent and answered so far. */
export interface Sent {
  readonly sent: number;
  readonly answered: number;
}

/** Sends so many queries a second to a port of loopback. */
export async function openSender(port: number, query: Uint8Array, rate: number) {
  const worker = new Worker(PROGRAM, { eval: true, execArgv: [], workerData: { port, query, rate } });
  await once(worker, 'message');
  return {
    async counts(): Promise<Sent> {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
      worker.postMessage('counts');
      const [counts]: Sent[] = await once(worker, 'message');
      if (counts === undefined) throw new Error('the sender says nothing');
      return counts;
    },
    close: () => worker.terminate(),
  };
}
