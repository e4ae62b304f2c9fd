/** A PostgreSQL server of its own in a temporary folder, on loopback; it can be stopped and started again. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.ts';

const DEBIAN = '/usr/lib/postgresql';

/** Where the server's programs are; undefined where it is not installed. */
export function postgresPrograms(): string | undefined {
  const folders = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin'))
    : [];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

/** The server refuses to run as root. */
function identity(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const ask = (option: string): number =>
    Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: ask('-u'), gid: ask('-g') };
}

export class PostgresServer {
  readonly url: string;
  readonly #programs: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #identity = identity();
  #server: ChildProcess | undefined;

  private constructor(programs: string, port: number) {
    this.#programs = programs;
    this.#port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'pg-'));
    if (this.#identity !== undefined) chownSync(this.#folder, this.#identity.uid, this.#identity.gid);
    this.url = `postgres://house@127.0.0.1:${port}/postgres`;
  }

  static async start(programs: string): Promise<PostgresServer> {
    const server = new PostgresServer(programs, await freePort());
    execFileSync(
      join(programs, 'initdb'),
      [
        '-D',
        join(server.#folder, 'data'),
        '-U',
        'house',
        '-A',
        'trust',
        '--no-sync',
        '-E',
        'UTF8',
        '--locale=C',
      ],
      { ...server.#identity, stdio: 'ignore', cwd: '/' },
    );
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const settings = [`port=${this.#port}`, 'listen_addresses=127.0.0.1', 'fsync=off', 'shared_buffers=16MB'];
    this.#server = spawn(
      join(this.#programs, 'postgres'),
      [
        '-D',
        join(this.#folder, 'data'),
        '-c',
        `unix_socket_directories=${this.#folder}`,
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      { ...this.#identity, stdio: 'ignore', cwd: '/' },
    );
    for (;;) {
      try {
        await this.rows('SELECT 1');
        return;
      } catch (error) {
        if (this.#server.exitCode !== null) throw error;
        await sleep(20);
      }
    }
  }

  /** Ends it as a fast shutdown: connections are cut. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    await ended;
  }

  async rows(text: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(text);
      return rows;
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
