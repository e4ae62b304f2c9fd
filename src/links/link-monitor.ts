// Follows the system's own news of interfaces and addresses through the tool that prints them. News means only that it is
// time to look at the interfaces. The tool ends with us, however we end, and is started again when it dies.

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import { RestartPause } from '../system/restart-pause.ts';

/** A tool that prints news of interfaces, and which of its lines are such. */
export interface NewsSource {
  readonly command: readonly [program: string, ...words: string[]];
  isNews(line: string): boolean;
}

/** What a monitor is made of. */
export interface LinkMonitorParts {
  readonly source: NewsSource;
  /** Called for each piece of news, and when the tool was started, since earlier changes were missed. */
  readonly onNews: () => void;
  /** Called when the tool has ended by itself; it is started again later. */
  readonly onEnd: (error: Error) => void;
  /** Milliseconds before it is started again: at first, and at most; default 500 and 60,000. */
  readonly pausesMs?: readonly [first: number, most: number];
}

/** A running monitor. */
export interface Monitor {
  /** Whether news comes at this moment. */
  readonly isRunning: boolean;
  /** Ends it and its tool. */
  close(): void;
}

const PAUSES_MS = [500, 60_000] as const;

// The shell holds the reading end of our pipe. However this process ends, the pipe ends with it, and the shell then ends
// the tool and waits for it, so that nothing is left behind. The shell itself writes nothing, so the end of our other
// pipe is the end of the tool.
const WRAPPER = '"$@" </dev/null 2>/dev/null & tool=$!; exec >&-; read -r end; kill "$tool"; wait "$tool"';

// route(8) prints every change of the routing table, too; these are the messages about interfaces and their addresses
// (msgtypes[] in its source), and the one that says that some were lost.
const OPENBSD_NEWS = /^RTM_(?:IFINFO|IFANNOUNCE|80211INFO|NEWADDR|DELADDR|CHGADDRATTR|DESYNC)\b/;

/** Where iproute2 may be installed. */
const IP_PLACES = ['/sbin/ip', '/usr/sbin/ip', '/bin/ip', '/usr/bin/ip'];

/** The tool that prints a system's news; undefined where we know none. */
export function newsSourceOf(
  platform: NodeJS.Platform,
  canRun: (path: string) => boolean = isExecutable,
): NewsSource | undefined {
  if (platform === 'openbsd')
    return { command: ['/sbin/route', '-n', 'monitor'], isNews: (line) => OPENBSD_NEWS.test(line) };
  const ip = platform === 'linux' ? IP_PLACES.find(canRun) : undefined;
  return ip === undefined
    ? undefined
    : { command: [ip, '-o', 'monitor', 'link', 'address'], isNews: (line) => line !== '' };
}

/** Runs the tool until it is closed. */
export class LinkMonitor implements Monitor {
  readonly #parts: LinkMonitorParts;
  #child: ChildProcess | undefined;
  readonly #restart: RestartPause;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: LinkMonitorParts) {
    this.#parts = parts;
    this.#restart = new RestartPause(parts.pausesMs ?? PAUSES_MS);
    this.#start();
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pause);
    this.#child?.stdin?.end();
  }

  #start(): void {
    const { source, onNews } = this.#parts;
    const startedMs = performance.now();
    // A process group of its own: signals of a terminal reach it only through us.
    const child = spawn('/bin/sh', ['-c', WRAPPER, 'sh', ...source.command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      cwd: '/',
    });
    this.#child = child;
    // Writing to a shell that has ended fails, and so may starting it; 'close' reports its end, once.
    child.stdin.on('error', () => undefined);
    child.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (source.isNews(line)) onNews();
    });
    child.stdout.on('end', () => child.stdin.end());
    child.on('close', () => this.#ended(startedMs));
    onNews();
  }

  #ended(startedMs: number): void {
    this.#child = undefined;
    if (this.#closed) return;
    const pauseMs = this.#restart.ended(performance.now() - startedMs);
    const { command } = this.#parts.source;
    this.#parts.onEnd(new Error(`${command.join(' ')} has ended; it is started again in ${pauseMs} ms`));
    this.#pause = setTimeout(() => this.#start(), pauseMs);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
