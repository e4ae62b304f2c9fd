/** The web server on loopback, before a control socket that answers by the word and a query log in memory. */
import { scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Test } from 'tap';
import { ASKER_HEADER, readAskerHeader } from '../../src/access/asker-header.ts';
import type { Asker } from '../../src/access/role.ts';
import { hashToken, makeToken } from '../../src/access/token.ts';
import type { WebSettings } from '../../src/access/web-settings.ts';
import { listenOnPath, openControlServer, toJson } from '../../src/control/control-server.ts';
import type { ControlRoutes } from '../../src/control/control-server.ts';
import type { ToldLine } from '../../src/querylog/figures.ts';
import { Followers } from '../../src/recorder/followers.ts';
import { historyRoutes } from '../../src/recorder/history-server.ts';
import { WebServer } from '../../src/web/web-server.ts';
import { builtMain } from './build.ts';
import { until } from './house.ts';
import { MemoryHistory, toldQuery } from './memory-history.ts';

/** The password of every user. */
export const PASSWORD = 'correct horse';

/** As cheap as a hash may be: what it costs is not what tests of the server are about. */
const HASH = ((): string => {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(PASSWORD, salt, 32, { N: 4096, r: 1, p: 1 });
  const text = (octets: Buffer): string => octets.toString('base64').replaceAll('=', '');
  return `$scrypt$ln=12,r=1,p=1$${text(salt)}$${text(hash)}`;
})();

const TOKEN = makeToken();

/** An admin, a parent of VLAN kids, and a viewer of it. */
export const USERS: WebSettings['users'] = [
  { name: 'anna', password: HASH, role: 'admin', vlans: [] },
  { name: 'ben', password: HASH, role: 'parent', vlans: ['kids'] },
  { name: 'vera', password: HASH, role: 'viewer', vlans: ['kids'] },
];

/** What came back. */
export interface WebReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request, beside its method and path. */
interface WebRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A web server that runs. */
export interface WebStand {
  readonly server: WebServer;
  readonly settings: WebSettings;
  readonly folder: string;
  readonly told: ToldLine[];
  /** What the worker was asked, and for whom. */
  readonly asked: { readonly route: string; readonly query: string; readonly asker: Asker | undefined }[];
  readonly token: string;
  readonly port: () => number;
  ask(method: string, path: string, request?: WebRequest): Promise<WebReply>;
  /** Logs in and gives the cookie. */
  logIn(user: string, headers?: Readonly<Record<string, string>>): Promise<string>;
}

/** Starts one; `change`: settings other than those of plain HTTP with three users. */
export async function openWeb(t: Test, change: Partial<WebSettings> = {}): Promise<WebStand> {
  // Throws before anything is open.
  builtMain();
  const folder = mkdtempSync(join(tmpdir(), 'web-'));
  const settings: WebSettings = {
    listen: [{ address: '127.0.0.1', port: 0 }],
    users: USERS,
    tokens: [{ name: 'script', hash: hashToken(TOKEN), role: 'admin', vlans: [] }],
    control: join(folder, 'sock'),
    configuration: join(folder, 'vlandns.yaml'),
    ...change,
  };
  const asked: WebStand['asked'] = [];
  const control = await openControlServer(
    (server) => listenOnPath(server, settings.control),
    workerRoutes(asked),
  );
  const told: ToldLine[] = [];
  const server = startServer(folder, settings, told);
  t.teardown(async () => {
    await server.close();
    await control.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await until(() => server.figures.listening.length > 0 || server.figures.faults.length > 0);
  const port = (): number => Number(/:(\d+)$/.exec(server.figures.listening[0] ?? '')?.[1]);
  const stand: WebStand = {
    server,
    settings,
    folder,
    told,
    asked,
    token: TOKEN,
    port,
    ask: (method, path, request = {}) => ask(port(), `${method} ${path}`, request),
    async logIn(user, headers = {}) {
      const body = JSON.stringify({ user, password: PASSWORD });
      const reply = await stand.ask('POST', '/api/v1/session', {
        headers: { ...JSON_TYPE, ...headers },
        body,
      });
      const [cookie = ''] = reply.headers['set-cookie'] ?? [];
      return cookie.replace(/;.*/, '');
    },
  };
  return stand;
}

/** What a POST is sent with. */
export const JSON_TYPE = { 'content-type': 'application/json' };

/** A server with this state folder, as a recorder makes it. */
export function startServer(folder: string, settings: WebSettings, told: ToldLine[] = []): WebServer {
  const history = new MemoryHistory([toldQuery(), toldQuery({ vlan: 'servers', name: 'nas.example' })]);
  const followers = new Followers();
  const source = {
    history: () => history,
    figures: () => Promise.reject(new Error('nobody asks')),
    followers,
  };
  return new WebServer(
    {
      folder,
      program: builtMain(),
      history: source.history,
      historyRoutes: historyRoutes(source),
      followers,
      tell: (line) => told.push(line),
      page: new URL('page/', pathToFileURL(builtMain())),
    },
    settings,
    { timeZone: 'UTC', hasLog: true },
  );
}

/** A worker that says what it was asked; it grants like the real one by the role of the asker's header. */
function workerRoutes(asked: WebStand['asked']): ControlRoutes {
  const route = (name: string): ControlRoutes => ({
    [name]: (query, headers) => {
      asked.push({
        route: name,
        query: query.toString(),
        asker: readAskerHeader(String(headers[ASKER_HEADER])),
      });
      return toJson({ done: name });
    },
  });
  const names = ['GET /status', 'GET /clients', 'GET /grants', 'POST /grant', 'POST /reload', 'POST /allow'];
  return Object.assign({}, ...names.map(route));
}

function ask(port: number, what: string, { headers = {}, body }: WebRequest): Promise<WebReply> {
  const [method = '', path = ''] = what.split(' ');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
