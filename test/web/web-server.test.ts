// The web server as a whole: what survives a restart and a reload, and what is told of that which cannot be served.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/house.ts';
import { openWeb, startServer, USERS } from '../support/web-stand.ts';

/** Asks by an agent; gives the status and the port that it was asked from. */
function askBy(agent: Agent, port: number, cookie: string): Promise<readonly [number, number | undefined]> {
  const path = '/api/v1/session';
  return new Promise((resolve, reject) => {
    const request = httpRequest({ agent, host: '127.0.0.1', port, path, headers: { cookie } }, (response) => {
      const { localPort } = response.socket;
      response.resume().on('end', () => resolve([response.statusCode ?? 0, localPort]));
    });
    request.on('error', reject).end();
  });
}

t.test('whoever is logged in stays so over a restart, by a file for the recorder alone', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('anna');
  await web.server.close();
  const file = join(web.folder, 'web-sessions.json');
  t.equal((statSync(file).mode % 0o1000).toString(8), '600');
  const again = startServer(web.folder, web.settings);
  t.teardown(() => again.close());
  await until(() => again.figures.listening.length > 0);
  const port = Number(/:(\d+)$/.exec(again.figures.listening[0] ?? '')?.[1]);
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => agent.destroy());
  t.equal((await askBy(agent, port, cookie))[0], 200);
});

t.test(
  'a reload keeps connections that it has nothing to do with, and ends log-ins that no longer hold',
  async (t) => {
    const web = await openWeb(t);
    const [anna, vera] = [await web.logIn('anna'), await web.logIn('vera')];
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.teardown(() => agent.destroy());
    const before = await askBy(agent, web.port(), anna);
    const users = USERS.filter(({ name }) => name === 'anna');
    await web.server.apply({ ...web.settings, users }, { timeZone: 'UTC', hasLog: true });
    t.strictSame(await askBy(agent, web.port(), anna), before, 'the same connection is answered');
    t.equal((await askBy(agent, web.port(), vera))[0], 401);
  },
);

t.test('a port that is taken is told once, with what to do, and served when it is free', async (t) => {
  const port = await freePort('127.0.0.1');
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const web = await openWeb(t, { listen: [{ address: '127.0.0.1', port }] });
  t.match(web.server.figures.faults, [/another program listens there/]);
  other.close();
  t.ok(await until(() => web.server.figures.listening.length > 0));
  t.strictSame(
    web.told.map(({ event }) => event),
    ['web_fault', 'web_listening'],
  );
  t.strictSame(web.server.figures.faults, []);
});

t.test('a certificate that is not there is told, and nothing is served without it', async (t) => {
  const tls = { certificate: '/nonexistent/cert.pem', key: '/nonexistent/key.pem' };
  const web = await openWeb(t, { tls });
  t.strictSame(web.server.figures.listening, []);
  t.match(web.told[0], { event: 'web_fault', message: /web\.certificate: .*cert\.pem/ });
});
