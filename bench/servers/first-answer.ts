// When a server that is starting gives its first answer.
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseName } from '../../src/dns/name-text.ts';

/** How often a starting server is asked, in milliseconds: as exact as the time to the first answer is. */
const ASK_EACH_MS = 2;

/** A million names take unbound some seconds. */
const PATIENCE_MS = 120_000;

/** A name that the upstream knows and nobody blocks. */
const READY_NAME = 'ready.bench-of-vlandns.net';

/** Asks until a reply comes and gives the time of it (performance.now); undefined where `isOver` first. */
export async function firstAnswer(port: number, isOver: () => boolean): Promise<number | undefined> {
  const socket = createSocket('udp4');
  let answeredMs: number | undefined;
  socket.on('message', () => (answeredMs ??= performance.now()));
  // Nobody listens yet.
  socket.on('error', () => undefined);
  const question = Buffer.concat([
    Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    parseName(READY_NAME),
    Buffer.from([0, 1, 0, 1]),
  ]);
  const end = performance.now() + PATIENCE_MS;
  try {
    while (!isOver() && performance.now() < end) {
      socket.send(question, port, '127.0.0.1');
      await sleep(ASK_EACH_MS);
      if (answeredMs !== undefined) return answeredMs;
    }
    return undefined;
  } finally {
    socket.close();
  }
}
