// The files that a service follows: hosts files, and lists that are files. Each change is read in its turn; what cannot be read
// leaves what was read before.
import { prepare } from '../assembly/prepare.ts';
import type { Config } from '../config/config.ts';
import { hostsFiles } from '../config/local-sources.ts';
import type { Log } from '../log/log.ts';
import type { Current } from './current.ts';
import { FileWatch } from './file-watch.ts';

/** What it works with. */
interface HouseFilesParts {
  readonly log: Log;
  readonly current: Current;
  /** Runs work while no reload and no other change is under way. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
  /** Reads lists that have changed. */
  readonly readLists: () => Promise<void>;
}

/** Follows the files of a service. */
export class HouseFiles {
  readonly #parts: HouseFilesParts;
  readonly #watch: FileWatch;

  constructor(parts: HouseFilesParts) {
    this.#parts = parts;
    this.#watch = new FileWatch((files) => void this.#changed(files));
  }

  /** Follows the files of the configuration that is in effect. */
  follow(): Promise<void> {
    const lists = this.#config.lists.flatMap(({ sources }) => sources.filter(({ kind }) => kind === 'file'));
    return this.#watch.watch([
      ...hostsFiles(this.#config).map(({ file }) => file),
      ...lists.map(({ location }) => location),
    ]);
  }

  /** Follows nothing any more. */
  close(): void {
    this.#watch.close();
  }

  get #config(): Config {
    return this.#parts.current.state.inputs.prepared.config;
  }

  async #changed(files: readonly string[]): Promise<void> {
    const { inTurn, readLists } = this.#parts;
    const haveHosts = hostsFiles(this.#config).some(({ file }) => files.includes(file));
    if (haveHosts) await inTurn(() => this.#readHosts());
    await readLists();
  }

  /** Reads hosts files anew; while one cannot be read, what was read before holds. */
  async #readHosts(): Promise<void> {
    const { current, log } = this.#parts;
    const prepared = await prepare(this.#config, current.state.inputs.prepared);
    for (const { severity, message } of prepared.faults) {
      const told = severity === 'error' ? 'a watched file is not used' : 'a watched file is used in part';
      log.warn({ event: 'file_fault', fault: message }, told);
    }
    if ('config' in prepared) current.put({ prepared });
  }
}
