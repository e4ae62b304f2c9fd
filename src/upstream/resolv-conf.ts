// The name servers of a resolv.conf: read at first use, and again when the file has changed.
import { readFile, stat } from 'node:fs/promises';
import { isIP } from 'node:net';

/** How often the file is looked at, at most. */
const CHECK_EVERY_MS = 5000;

/**
 * Gives the addresses of the `nameserver` lines in their order, each once. Comments start with `#` or `;`, also behind
 * the address (OpenBSD's resolvd writes `nameserver 192.0.2.1 # resolvd: vio0`). What is no address is left out.
 */
export function nameserversOf(text: string): string[] {
  const servers = new Set<string>();
  for (const line of text.split(/\r?\n/)) {
    const [keyword, address] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && address !== undefined && isIP(address) !== 0) servers.add(address);
  }
  return [...servers];
}

/** A resolv.conf that is followed. */
export class ResolvConf {
  readonly #path: string;
  readonly #now: () => number;
  #servers: readonly string[] = [];
  #changed = '';
  #checkedMs = Number.NEGATIVE_INFINITY;
  #checking: Promise<void> | undefined;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  /** Gives the addresses; an unreadable file leaves those read before. */
  async servers(): Promise<readonly string[]> {
    const first = this.#checkedMs === Number.NEGATIVE_INFINITY;
    if (this.#checking === undefined && this.#now() - this.#checkedMs >= CHECK_EVERY_MS) {
      this.#checkedMs = this.#now();
      this.#checking = this.#check().finally(() => {
        this.#checking = undefined;
      });
    }
    // Later checks run in the background: the question goes to the servers known now.
    if (first || this.#servers.length === 0) await this.#checking;
    return this.#servers;
  }

  async #check(): Promise<void> {
    try {
      const { mtimeMs, ino, size } = await stat(this.#path);
      const changed = `${mtimeMs} ${ino} ${size}`;
      if (changed === this.#changed) return;
      const servers = nameserversOf(await readFile(this.#path, 'utf8'));
      // resolvd rewrites the file: it may be empty for a moment, which is no change.
      if (servers.length === 0) return;
      this.#servers = servers;
      this.#changed = changed;
    } catch {
      // Not there or not readable now: what was read before holds, and the next check may succeed.
    }
  }
}
