// Who asks, by their socket and by what a request says for whom it asks: which routes they are answered on, and as whom handlers see them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { ASKER_HEADER } from '../../src/access/asker-header.ts';
import { ADMIN } from '../../src/access/role.ts';
import type { AccessRole, Asker } from '../../src/access/role.ts';
import { DaemonClient } from '../../src/api/client.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { routeNames, toControlRoutes } from '../../src/api/serve-routes.ts';
import type { RouteHandlers } from '../../src/api/serve-routes.ts';
import { askDaemon } from '../../src/control/control-client.ts';
import { listenOnPath, openControlServer } from '../../src/control/control-server.ts';

/** A socket of somebody, whose handlers note as whom they were asked. */
async function open(t: Test, own: Asker) {
  const askers: Asker[] = [];
  const note = (_request: unknown, asker: Asker): never => {
    askers.push(asker);
    // Never a reply: what it would be is of no matter.
    throw new Error('asked');
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each name of the table is there
  const handlers = Object.fromEntries(routeNames().map((name) => [name, note])) as unknown as RouteHandlers;
  const folder = mkdtempSync(join(tmpdir(), 'asker-'));
  const socket = join(folder, 's');
  const server = await openControlServer((one) => listenOnPath(one, socket), toControlRoutes(handlers, own));
  t.teardown(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { socket, client: new DaemonClient(socket), askers };
}

/** The code of what a request comes to: `internal` where its handler was asked. */
const codeOf = async (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );

const PARENT: Asker = { role: 'parent', vlans: ['kids', 'lan'] };

t.test('a route is answered to those roles alone that the table has', async (t) => {
  const { socket } = await open(t, ADMIN);
  for (const name of routeNames())
    for (const role of ['admin', 'parent', 'viewer'] satisfies AccessRole[]) {
      const [method, path = ''] = name.split(' ');
      const query = 'who=kids&name=x.example&what=x.example&end=10m&vlan=kids&set=s&type=1';
      const headers = { [ASKER_HEADER]: encodeURIComponent(JSON.stringify({ role, vlans: [] })) };
      const asking = askDaemon(socket, method === 'GET' ? 'GET' : 'POST', `${path}?${query}`, { headers });
      t.equal(
        await codeOf(asking),
        ROUTES[name].roles[role] ? 'internal' : 'forbidden',
        `${name} for ${role}`,
      );
    }
});

t.test('a viewer changes nothing', (t) => {
  for (const name of routeNames())
    if (name.startsWith('POST ')) t.equal(ROUTES[name].roles.viewer, false, name);
  t.end();
});

t.test('a refusal says which role it takes', async (t) => {
  const { client } = await open(t, ADMIN);
  await t.rejects(client.as({ role: 'viewer', vlans: [] }).pause({ who: 'kids' }), {
    code: 'forbidden',
    message: '/pause takes the role admin or parent, and this is viewer; ask somebody who has it',
  });
  await t.rejects(client.as(PARENT).updateLists([]), {
    message: /^\/lists\/update takes the role admin, and this is parent/,
  });
});

t.test('handlers are asked as whom a request says, and never as more than its socket', async (t) => {
  const table: readonly (readonly [when: string, own: Asker, as: Asker | undefined, asked: Asker])[] = [
    ['nobody is said', ADMIN, undefined, ADMIN],
    ['a parent by the page', ADMIN, { ...PARENT, user: 'anna' }, { ...PARENT, user: 'anna' }],
    ['an admin on the socket of parents', PARENT, ADMIN, { ...PARENT, user: undefined }],
    [
      'fewer VLANs',
      PARENT,
      { role: 'viewer', vlans: ['lan', 'dmz'] },
      { role: 'viewer', vlans: ['lan'], user: undefined },
    ],
  ];
  for (const [when, own, as, asked] of table) {
    const { client, askers } = await open(t, own);
    t.equal(await codeOf((as === undefined ? client : client.as(as)).grants()), 'internal', when);
    t.same(askers, [asked], when);
  }
});

t.test('a socket for other VLANs, and a header that is none, are refused', async (t) => {
  const { client, socket, askers } = await open(t, PARENT);
  t.equal(await codeOf(client.as({ role: 'parent', vlans: ['dmz'] }).grants()), 'forbidden');
  for (const value of ['', 'admin', encodeURIComponent('{"role":"root","vlans":[]}')])
    t.equal(
      await codeOf(askDaemon(socket, 'GET', '/grants', { headers: { [ASKER_HEADER]: value } })),
      'bad_request',
    );
  t.strictSame(askers, []);
});
