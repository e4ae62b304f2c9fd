// Datagrams that the system dropped because a receive buffer was full. Read only when somebody asks; a count that the
// system does not show is undefined, never an error.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { procAddress, toProcSockets } from '../sockets/proc-sockets.ts';

/** A UDP socket of ours. */
export interface UdpEndpoint {
  readonly vlan: string;
  readonly address: string;
  readonly port: number;
}

/** What the system has dropped. */
export interface KernelDrops {
  /** By socket, since each was opened; Linux only, which shows one link-local address on two interfaces as one. */
  readonly bySocket: ReadonlyMap<UdpEndpoint, number>;
  /** By VLAN, since we look, for all sockets that the VLAN has had; Linux only. */
  readonly byVlan: ReadonlyMap<string, number>;
  /** For all sockets of the machine since it started, ours or not; OpenBSD only. */
  readonly wholeSystem: number | undefined;
}

/** Where the counts are read from. */
export interface DropSources {
  readonly platform: NodeJS.Platform;
  /** The folder of the tables; `/proc/net`. */
  readonly procNet: string;
  /** What `netstat -s -p udp` prints. */
  netstat(): Promise<string>;
}

/** How long one reading is used again, in milliseconds: a table may have thousands of lines. */
const FRESH_MS = 1000;

const NETSTAT_TIMEOUT_MS = 2000;

const systemSources: DropSources = {
  platform: process.platform,
  procNet: '/proc/net',
  netstat: async () => {
    const limit = { timeout: NETSTAT_TIMEOUT_MS };
    const { stdout } = await promisify(execFile)('/usr/bin/netstat', ['-s', '-p', 'udp'], limit);
    return stdout;
  },
};

/** Reads the counts, and adds up those of sockets that are gone. */
export class KernelDropCount {
  readonly #sources: DropSources;
  readonly #byVlan = new Map<string, number>();
  /** The last count of each socket, by inode. */
  #counted = new Map<string, number>();
  #readAtMs = -Infinity;
  #reading: Promise<readonly string[]> = Promise.resolve([]);

  constructor(sources: DropSources = systemSources) {
    this.#sources = sources;
  }

  /** The counts of these sockets. */
  async read(sockets: readonly UdpEndpoint[], nowMs: number): Promise<KernelDrops> {
    if (nowMs - this.#readAtMs >= FRESH_MS) {
      this.#readAtMs = nowMs;
      this.#reading = this.#readTexts();
    }
    const texts = await this.#reading;
    if (this.#sources.platform === 'linux')
      return { bySocket: this.#count(sockets, texts), byVlan: this.#byVlan, wholeSystem: undefined };
    return { bySocket: new Map(), byVlan: new Map(), wholeSystem: toFullSockets(texts[0]) };
  }

  async #readTexts(): Promise<readonly string[]> {
    const { platform, procNet } = this.#sources;
    const nothing = (): string => '';
    if (platform === 'openbsd') return [await this.#sources.netstat().catch(nothing)];
    if (platform !== 'linux') return [];
    return Promise.all(['udp', 'udp6'].map((table) => readFile(join(procNet, table), 'utf8').catch(nothing)));
  }

  #count(sockets: readonly UdpEndpoint[], texts: readonly string[]): Map<UdpEndpoint, number> {
    const rows = texts.flatMap(toProcSockets);
    const before = this.#counted;
    const bySocket = new Map<UdpEndpoint, number>();
    this.#counted = new Map();
    for (const socket of sockets) {
      const address = procAddress(socket.address);
      for (const row of rows) {
        if (row.port !== socket.port || row.address !== address) continue;
        const more = row.drops - (before.get(row.inode) ?? 0);
        this.#counted.set(row.inode, row.drops);
        bySocket.set(socket, (bySocket.get(socket) ?? 0) + row.drops);
        this.#byVlan.set(socket.vlan, (this.#byVlan.get(socket.vlan) ?? 0) + more);
      }
    }
    return bySocket;
  }
}

/** Finds the count in what OpenBSD's `netstat -s -p udp` prints. */
export function toFullSockets(netstat = ''): number | undefined {
  const found = /^\s*(\d+) dropped due to full socket buffers$/m.exec(netstat);
  return found === null ? undefined : Number(found[1]);
}
