// The routes of the control socket: what a client asks comes to the handler as it was meant, and an error comes back with its code.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { DaemonClient } from '../../src/api/client.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { routeNames, toControlRoutes } from '../../src/api/serve-routes.ts';
import type { RouteHandlers } from '../../src/api/serve-routes.ts';
import { Refused } from '../../src/config/refused.ts';
import { askDaemon } from '../../src/control/control-client.ts';
import { listenOnPath, openControlServer } from '../../src/control/control-server.ts';
import { ControlError, ERROR_STATUS, isErrorCode } from '../../src/control/error-codes.ts';

const reloaded = { reloaded: true, faults: [], warnings: ['one'] };
const answer = { from: 'cache', rcode: 0, facts: 0, message: '' } as const;

const changed = { entries: [], replaced: [], notKept: undefined };

/** Handlers that note what they are asked; those given do something else. */
function noting(asked: unknown[], others: Partial<RouteHandlers> = {}): RouteHandlers {
  const note = <Reply>(reply: Reply) => {
    return (request: unknown): Reply => {
      asked.push(request);
      return reply;
    };
  };
  return {
    'GET /status': () => {
      throw new Error('nobody is asked how this is');
    },
    'GET /metrics': note('vlandns_up 1\n'),
    'POST /reload': note(reloaded),
    'POST /lists/update': note({ lists: [] }),
    'POST /lists/accept': note({ lists: [] }),
    'GET /answer': note(answer),
    'POST /flush': note({ flushed: 3 }),
    'GET /grants': note({ file: 'desk.yaml', entries: [], allowances: [] }),
    'POST /allow': note(changed),
    'POST /block': note(changed),
    'POST /grant': note(changed),
    'POST /deny': note(changed),
    'POST /pause': note(changed),
    'POST /resume': note(changed),
    'POST /revoke': note(changed),
    'GET /clients': note({ clients: [], more: 0, leases: [], withheld: [] }),
    'GET /explain': () => {
      throw new ControlError('unknown', 'there is no VLAN x');
    },
    'GET /configuration': note({ file: '/etc/vlandns.yaml', text: 'vlans: {}' }),
    ...others,
  };
}

async function open(t: Test, handlers: RouteHandlers) {
  // Short, since a socket's path may have 103 octets.
  const folder = mkdtempSync(join(tmpdir(), 'routes-'));
  const socket = join(folder, 's');
  const server = await openControlServer((one) => listenOnPath(one, socket), toControlRoutes(handlers));
  t.teardown(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { socket, client: new DaemonClient(socket) };
}

t.test('what a client asks comes to the handler as it was meant', async (t) => {
  const asked: unknown[] = [];
  const { client } = await open(t, noting(asked));
  const question = { vlan: 'a&b', set: 'de fault', name: '\\038.example', qtype: 65 };
  t.strictSame(await client.reload(), reloaded);
  t.strictSame(await client.updateLists([]), { lists: [] });
  t.strictSame(await client.updateLists(['one', 'two&more']), { lists: [] });
  t.strictSame(await client.acceptList('a=b'), { lists: [] });
  t.strictSame(await client.answer(question), answer);
  t.strictSame(await client.flush(undefined), { flushed: 3 });
  t.strictSame(await client.flush('www.example'), { flushed: 3 });
  t.strictSame(asked, [
    {},
    { names: [] },
    { names: ['one', 'two&more'] },
    { name: 'a=b' },
    question,
    { name: undefined },
    { name: 'www.example' },
  ]);
});

t.test('every request reads as it was written', (t) => {
  const through = <Request>(
    route: {
      toRequest(query: URLSearchParams): Request;
      toQuery(request: Request): readonly (readonly [string, string])[];
    },
    request: Request,
  ): void => {
    const pairs = route.toQuery(request).map(([key, value]) => [key, value]);
    t.strictSame(route.toRequest(new URLSearchParams(new URLSearchParams(pairs).toString())), request);
  };
  through(ROUTES['GET /status'], { told: 'people' });
  through(ROUTES['GET /status'], { told: undefined });
  through(ROUTES['POST /lists/update'], { names: ['ä', 'b c'] });
  through(ROUTES['POST /flush'], { name: undefined });
  t.end();
});

t.test('an error comes back with its code and its status', async (t) => {
  const { client, socket } = await open(
    t,
    noting([], {
      'POST /lists/update': () => {
        throw new Refused(['there is no list x']);
      },
    }),
  );
  const code = (name: string) => (error: unknown) => error instanceof ControlError && error.code === name;
  const table: [what: string, code: string, message: RegExp, ask: () => Promise<unknown>][] = [
    ['a refusal', 'refused', /there is no list x/, () => client.updateLists(['x'])],
    ['a name that is missing', 'bad_request', /name is missing/, () => client.acceptList('')],
    [
      'a type that is none',
      'bad_request',
      /type is not a number/,
      () => client.answer({ vlan: 'v', set: 's', name: 'n', qtype: 70_000 }),
    ],
    ['a bug', 'internal', /nobody is asked/, () => client.status()],
    ['no such route', 'no_such_route', /POST \/nowhere/, () => askDaemon(socket, 'POST', '/nowhere')],
    ['another method', 'no_such_route', /GET \/reload/, () => askDaemon(socket, 'GET', '/reload')],
  ];
  for (const [what, name, message, ask] of table) {
    const error: unknown = await ask().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    t.ok(code(name)(error), `${what} is ${name}`);
    t.match(error, { message }, what);
  }
});

t.test('each route has errors of the table, and a client method of its own', (t) => {
  for (const name of routeNames()) {
    t.ok(ROUTES[name].summary.length > 0, `${name} says what it is for`);
    for (const code of ROUTES[name].errors)
      t.ok(isErrorCode(code) && ERROR_STATUS[code] >= 400, `${name}: ${code}`);
  }
  t.notOk(isErrorCode('toString'));
  t.end();
});
