/**
 * An upstream on loopback, UDP and TCP on one port, that answers each name as its script says: rightly, wrongly,
 * late, twice, from elsewhere or not at all. It writes down every query it gets.
 */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from './free-port.ts';
import { concat, u16 } from './message-writer.ts';
import { type ReadMessage, readMessage } from './message-reader.ts';

/** A query as the upstream got it. */
export interface Asked {
  readonly bytes: Uint8Array;
  /** Undefined where the query itself is not well-formed. */
  readonly message: ReadMessage | undefined;
  readonly transport: 'udp' | 'tcp';
  /** Port the query came from. */
  readonly port: number;
  /** Which of the upstreams that share the scripts was asked. */
  readonly server: string;
  /** How often this name's script ran before. */
  readonly before: number;
  readonly atMs: number;
}

/** One thing that the upstream does for a query. */
export interface Act {
  readonly bytes?: Uint8Array;
  readonly afterMs?: number;
  /** Waits for this first. */
  readonly when?: Promise<void>;
  /** Sends from a port of its own rather than from the one that was asked (UDP). */
  readonly elsewhere?: boolean;
  /** Closes the connection, after the bytes if there are any (TCP). */
  readonly close?: boolean;
  /** Sends the bytes as they are, without a length in front (TCP). */
  readonly unframed?: boolean;
  /** Cuts what is sent after this many octets and waits 30 ms in between (TCP). */
  readonly splitAt?: number;
}

/** What the upstream does for the queries below one name. */
export type Script = (asked: Asked) => readonly Act[];

/** The scripts of all upstreams and what was asked, by origin. */
export class ScriptBook {
  readonly #scripts = new Map<string, Script>();
  readonly #asked = new Map<string, Asked[]>();

  /** Gives every name at or below `origin` a script; the longest origin wins. */
  set(origin: string, script: Script): void {
    this.#scripts.set(origin.toLowerCase(), script);
    this.#asked.set(origin.toLowerCase(), []);
  }

  /** What was asked at or below an origin that has a script, in order of arrival. */
  asked(origin: string): readonly Asked[] {
    return this.#asked.get(origin.toLowerCase()) ?? [];
  }

  /** Writes a query down and says what its script does; nothing for a name without one. */
  play(bytes: Uint8Array, from: Pick<Asked, 'transport' | 'port' | 'server'>): readonly Act[] {
    const message = tryRead(bytes);
    let name = (message?.questions[0]?.name ?? '').toLowerCase();
    while (name !== '' && !this.#scripts.has(name)) {
      name = name === '.' ? '' : name.replace(/^(?:\\.|[^.\\])*\./, '') || '.';
    }
    const asked = this.#asked.get(name);
    const script = this.#scripts.get(name);
    if (asked === undefined || script === undefined) return [];
    const entry = { bytes, message, ...from, before: asked.length, atMs: performance.now() };
    asked.push(entry);
    return script(entry);
  }
}

function tryRead(bytes: Uint8Array): ReadMessage | undefined {
  try {
    return readMessage(bytes);
  } catch {
    return undefined; // written down all the same: a case may ask for what was wrong
  }
}

/** A running upstream. */
export interface ScriptedUpstream {
  readonly name: string;
  readonly port: number;
  close(): void;
}

/** Starts an upstream on 127.0.0.1 (or `address`) at a port of the system's choice. */
export async function openScriptedUpstream(
  book: ScriptBook,
  name: string,
  address = '127.0.0.1',
): Promise<ScriptedUpstream> {
  const tcp = net.createServer({ allowHalfOpen: false });
  const connections = new Set<net.Socket>();
  const port = await freePort(address);
  tcp.listen(port, address);
  await once(tcp, 'listening');
  const udp = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  const aside = dgram.createSocket('udp4');
  udp.bind(port, address);
  aside.bind(0, address);
  await Promise.all([once(udp, 'listening'), once(aside, 'listening')]);

  let isClosed = false;
  udp.on('message', (bytes, from) => {
    for (const act of book.play(Uint8Array.from(bytes), {
      transport: 'udp',
      port: from.port,
      server: name,
    })) {
      const socket = act.elsewhere === true ? aside : udp;
      const { bytes: answer } = act;
      if (answer === undefined) continue;
      // A closed socket is the end of the test, not a fault of it.
      const send = (): void => {
        if (!isClosed) socket.send(answer, from.port, from.address, () => {});
      };
      whenDue(act, send);
    }
  });
  tcp.on('connection', (socket) => {
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(socket));
    const port = socket.remotePort ?? 0;
    // One act after another, since the connection may be shared and a frame that is sent in two parts must stay whole.
    let done = Promise.resolve();
    const perform = (act: Act): void => {
      done = done.then(() => actOn(socket, act));
    };
    eachFrame(socket, (bytes) => {
      for (const act of book.play(bytes, { transport: 'tcp', port, server: name })) {
        whenDue(act, () => perform(act));
      }
    });
  });
  return {
    name,
    port,
    close: () => {
      isClosed = true;
      udp.close();
      aside.close();
      tcp.close();
      for (const socket of connections) socket.destroy();
    },
  };
}

function whenDue({ afterMs, when }: Act, perform: () => void): void {
  if (when !== undefined) void when.then(perform);
  else if (afterMs === undefined) perform();
  else setTimeout(perform, afterMs).unref();
}

/** Does what an act says to a connection; resolves when the last octet is handed over. */
async function actOn(socket: net.Socket, act: Act): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return;
  if (act.bytes !== undefined) {
    const framed = act.unframed === true ? act.bytes : concat(u16(act.bytes.length), act.bytes);
    const cut = act.splitAt ?? framed.length;
    socket.write(framed.subarray(0, cut));
    if (cut < framed.length) {
      await sleep(30);
      socket.write(framed.subarray(cut));
    }
  }
  if (act.close === true) socket.end();
}

/** Calls back with every length-prefixed message that arrives (RFC 1035 section 4.2.2). */
export function eachFrame(socket: net.Socket, take: (bytes: Uint8Array) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      take(Uint8Array.from(pending.subarray(2, end)));
      pending = pending.subarray(end);
    }
  });
}
