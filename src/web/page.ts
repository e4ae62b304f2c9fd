// The page as the recorder has it: nothing where the settings have no section for it, not even in memory; else the web server.
import type { WebFigures } from '../querylog/figures.ts';
import type { RecorderSettings } from '../querylog/messages.ts';
import type { PageSide } from '../recorder/outlets.ts';
import { reasonOf } from '../system/system-error.ts';
import { Turns } from '../system/turns.ts';
import type { WebServer, WebServerParts } from './web-server.ts';

/** Serves the page where the settings say so. */
export class Page implements PageSide {
  readonly #parts: WebServerParts;
  readonly #turns = new Turns();
  #server: WebServer | undefined;

  constructor(parts: WebServerParts) {
    this.#parts = parts;
  }

  get figures(): WebFigures | undefined {
    return this.#server?.figures;
  }

  apply(settings: RecorderSettings): void {
    void this.#turns
      .run(() => this.#apply(settings))
      .catch((error: unknown) => {
        const message = `the page is not served: ${reasonOf(error)}`;
        this.#parts.tell({ level: 'error', event: 'web_fault', message });
      });
  }

  /** Ends what is served, if anything is. */
  close(): Promise<void> {
    return this.#turns.run(() => this.#end());
  }

  async #apply({ web, timeZone, hasLog = false }: RecorderSettings): Promise<void> {
    if (web === undefined) return this.#end();
    const told = { timeZone, hasLog };
    if (this.#server !== undefined) return this.#server.apply(web, told);
    const server = await import('./web-server.ts');
    this.#server = new server.WebServer(this.#parts, web, told);
  }

  async #end(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.close();
  }
}
