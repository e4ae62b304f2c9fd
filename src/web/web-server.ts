// The web server as a whole: its listeners by the settings, and what they share. The rules: settings that change nothing change no connection; what
// cannot be opened is told once and tried again; nothing of it touches the recording of queries.
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { WebAddress, WebSettings } from '../access/web-settings.ts';
import type { ControlAnswer, ControlRoutes } from '../control/control-server.ts';
import type { ToldLine, WebFigures } from '../querylog/figures.ts';
import type { History } from '../querylog/history.ts';
import type { Followers } from '../recorder/followers.ts';
import { readFileState } from '../system/file-state.ts';
import { LineBound } from '../system/line-bound.ts';
import { reasonOf } from '../system/system-error.ts';
import { Turns } from '../system/turns.ts';
import { requestListener } from './app.ts';
import { Children } from './children.ts';
import { DaemonAsks } from './daemon-asks.ts';
import type { Certificate } from './listener.ts';
import { WebListener } from './listener.ts';
import { Login } from './people/login.ts';
import { News } from './live/news.ts';
import { readSessions, SESSION_FILE, writeSessions } from './people/session-file.ts';
import { Sessions } from './people/sessions.ts';
import { Questions } from './questions.ts';
import { readStaticFiles } from './static-files.ts';
import type { ToldSession } from './web-routes.ts';
import { listenForPage } from './web-socket.ts';

/** What a web server is made with. */
export interface WebServerParts {
  /** The folder of server.state. */
  readonly folder: string;
  /** The compiled entry of the program, for its commands. */
  readonly program: string;
  readonly history: () => History;
  readonly historyRoutes: ControlRoutes<ControlAnswer>;
  readonly followers: Followers;
  readonly tell: (line: ToldLine) => void;
  /** Makes a server listen; rejects with an Error that says why it does not. Default: listenForPage. */
  readonly listen?: ((server: Server, at: WebAddress) => Promise<void>) | undefined;
  /** Where the files of the page are. Default: beside the program. */
  readonly page?: URL | undefined;
}

/** What it goes by beside its section. */
export type WebSurroundings = Pick<ToldSession, 'timeZone' | 'hasLog'>;

/** How long until sessions that have changed are written, in milliseconds. */
const WRITE_MS = 1000;
/** How often files of certificates are looked at. */
const LOOK_MS = 5000;
/** Between two tries to listen: at first, and at most. */
const PAUSES_MS = [1000, 30_000] as const;

const PAGE = new URL('../page/', import.meta.url);

interface Place {
  readonly at: WebAddress;
  listener: WebListener | undefined;
  fault: string | undefined;
  timer: NodeJS.Timeout | undefined;
  isClosed: boolean;
}

/** Serves the page and the API. */
export class WebServer {
  readonly #parts: WebServerParts;
  readonly #sessions: Sessions;
  readonly #login = new Login(() => performance.now());
  readonly #children: Children;
  readonly #counts = { requests: 0, refused: 0 };
  readonly #turns = new Turns();
  readonly #places = new Map<string, Place>();
  readonly #refusals = new LineBound<ToldLine>(
    (line) => this.#parts.tell(line),
    (count) =>
      this.#tell(
        'warn',
        'web_login_refused',
        `${count} more log-ins and changes were refused within a minute`,
      ),
  );
  #settings: WebSettings;
  #told: WebSurroundings;
  #news: News;
  #daemon: DaemonAsks;
  #certificate: Certificate | undefined;
  #certificateState = '';
  #certificateFault: string | undefined;
  #sessionTimer: NodeJS.Timeout | undefined;
  readonly #lookTimer: NodeJS.Timeout;
  readonly #onRequest;

  constructor(parts: WebServerParts, settings: WebSettings, told: WebSurroundings) {
    this.#parts = parts;
    this.#settings = settings;
    this.#told = told;
    this.#children = new Children(parts.program);
    this.#daemon = new DaemonAsks(settings.control);
    this.#news = this.#newNews();
    const now = (): number => Date.now();
    this.#sessions = new Sessions(now, () => this.#keepSessions());
    this.#sessions.restore(readSessions(join(parts.folder, SESSION_FILE)));
    this.#onRequest = requestListener({
      settings: () => this.#settings,
      told: () => this.#told,
      sessions: this.#sessions,
      login: this.#login,
      children: this.#children,
      news: () => this.#news,
      daemon: () => this.#daemon,
      now,
      history: parts.historyRoutes,
      questions: new Questions(),
      files: readStaticFiles(parts.page ?? PAGE),
      // Whoever reaches the page may be refused as often as they like.
      tell: (line) => (line.level === 'info' ? parts.tell(line) : this.#refusals.add(line)),
      counts: this.#counts,
    });
    this.#lookTimer = setInterval(() => {
      this.#refusals.look();
      void this.#lookAtCertificate();
    }, LOOK_MS);
    this.#lookTimer.unref();
    void this.#turns.run(() => this.#follow());
  }

  /** Goes by other settings from now on. */
  apply(settings: WebSettings, told: WebSurroundings): Promise<void> {
    this.#told = told;
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return Promise.resolve();
    const before = this.#settings;
    this.#settings = settings;
    if (settings.control !== before.control) {
      this.#daemon = new DaemonAsks(settings.control);
      this.#news.close();
      this.#news = this.#newNews();
    }
    return this.#turns.run(() => this.#follow());
  }

  get figures(): WebFigures {
    const places = [...this.#places.values()];
    const faults = [this.#certificateFault, ...places.map(({ fault }) => fault)];
    return {
      listening: places.flatMap(({ at, listener }) =>
        listener === undefined ? [] : [this.#toUrl(at.address, listener.port)],
      ),
      faults: faults.filter((fault) => fault !== undefined),
      connections: places.reduce((sum, { listener }) => sum + (listener?.connections ?? 0), 0),
      sessions: this.#sessions.size,
      requests: this.#counts.requests,
      refused: this.#counts.refused + places.reduce((sum, { listener }) => sum + (listener?.refused ?? 0), 0),
      failedLogins: this.#login.failures,
    };
  }

  /** Resolves when what the settings say has been tried. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  /** Ends every stream and connection. */
  async close(): Promise<void> {
    clearInterval(this.#lookTimer);
    this.#news.close();
    this.#children.close();
    await this.#turns.run(() => Promise.all([...this.#places.keys()].map((key) => this.#shut(key))));
    if (this.#sessionTimer !== undefined) await this.#writeSessions();
  }

  #newNews(): News {
    const { followers, history } = this.#parts;
    return new News({ daemon: this.#daemon, followers, history });
  }

  /** Opens and closes listeners until there are those that the settings name. */
  async #follow(): Promise<void> {
    const { listen, tls } = this.#settings;
    await this.#readCertificate();
    const wanted = new Map(listen.map((at) => [keyOf(at, tls !== undefined), at]));
    for (const key of this.#places.keys()) if (!wanted.has(key)) await this.#shut(key);
    for (const [key, at] of wanted) if (!this.#places.has(key)) await this.#open(key, at);
  }

  async #open(key: string, at: WebAddress): Promise<void> {
    const place: Place = { at, listener: undefined, fault: undefined, timer: undefined, isClosed: false };
    this.#places.set(key, place);
    await this.#tryToOpen(place, PAUSES_MS[0]);
  }

  async #tryToOpen(place: Place, pauseMs: number): Promise<void> {
    const { at } = place;
    const isSecure = this.#settings.tls !== undefined;
    try {
      if (isSecure && this.#certificate === undefined)
        throw new Error('there is no certificate to serve with');
      const listener = await WebListener.open({
        onRequest: this.#onRequest,
        certificate: this.#certificate,
        listen: (server) => (this.#parts.listen ?? listenForPage)(server, at),
      });
      place.listener = listener;
      place.fault = undefined;
      this.#tell('info', 'web_listening', `the page is at ${this.#toUrl(at.address, listener.port)}/`);
    } catch (error) {
      const fault = `${hostOf(at.address)}:${at.port} cannot be listened on: ${reasonOf(error)}`;
      if (fault !== place.fault)
        this.#tell('warn', 'web_fault', `the page is not served: ${fault}; it is tried again`);
      place.fault = fault;
      place.timer = setTimeout(() => {
        const nextMs = Math.min(PAUSES_MS[1], pauseMs * 2);
        if (!place.isClosed) void this.#turns.run(() => this.#tryToOpen(place, nextMs));
      }, pauseMs);
      place.timer.unref();
    }
    if (place.isClosed) await place.listener?.close();
  }

  async #shut(key: string): Promise<void> {
    const place = this.#places.get(key);
    this.#places.delete(key);
    if (place === undefined) return;
    place.isClosed = true;
    clearTimeout(place.timer);
    await place.listener?.close();
  }

  async #lookAtCertificate(): Promise<void> {
    if (this.#settings.tls !== undefined) await this.#turns.run(() => this.#readCertificate());
  }

  /** Reads the certificate where its files have changed; one that cannot be used changes nothing. */
  async #readCertificate(): Promise<void> {
    const { tls } = this.#settings;
    if (tls === undefined) {
      this.#certificate = undefined;
      this.#certificateState = '';
      this.#certificateFault = undefined;
      return;
    }
    const { certificate, key } = tls;
    const state = `${certificate} ${await readFileState(certificate)} ${key} ${await readFileState(key)}`;
    if (state === this.#certificateState) return;
    this.#certificateState = state;
    try {
      const read = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
      for (const { listener } of this.#places.values()) listener?.renew(read);
      const isNew = this.#certificate !== undefined;
      this.#certificate = read;
      this.#certificateFault = undefined;
      if (isNew) this.#tell('info', 'web_listening', `the certificate of ${certificate} was read anew`);
    } catch (error) {
      const still = this.#certificate === undefined ? '' : '; the one before is used on';
      this.#certificateFault = `web.certificate: ${reasonOf(error)}${still}`;
      this.#tell('warn', 'web_fault', this.#certificateFault);
    }
  }

  #keepSessions(): void {
    if (this.#sessionTimer !== undefined) return;
    this.#sessionTimer = setTimeout(() => void this.#writeSessions(), WRITE_MS);
    this.#sessionTimer.unref();
  }

  async #writeSessions(): Promise<void> {
    clearTimeout(this.#sessionTimer);
    this.#sessionTimer = undefined;
    try {
      await writeSessions(join(this.#parts.folder, SESSION_FILE), this.#sessions.toKept());
    } catch (error) {
      this.#tell(
        'warn',
        'web_fault',
        `log-ins end with the next start: ${SESSION_FILE} cannot be written: ${reasonOf(error)}`,
      );
    }
  }

  #toUrl(address: string, port: number): string {
    return `${this.#settings.tls === undefined ? 'http' : 'https'}://${hostOf(address)}:${port}`;
  }

  #tell(level: ToldLine['level'], event: ToldLine['event'], message: string): void {
    this.#parts.tell({ level, event, message });
  }
}

function keyOf({ address, port }: WebAddress, isSecure: boolean): string {
  return `${isSecure ? 'https' : 'http'}://${hostOf(address)}:${port}`;
}

function hostOf(address: string): string {
  return isIPv6(address.replace(/%.*/, '')) ? `[${address}]` : address;
}
