import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { askDaemon } from '../../src/control/control-client.ts';
import { listenOnPath, openControlServer, toJson } from '../../src/control/control-server.ts';

/** A folder with a short path: that of a socket may have 103 octets. */
function makeFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function open(t: Test, path = join(makeFolder(t), 'sock')) {
  const server = await openControlServer((listening) => listenOnPath(listening, path), {
    'GET /status': () => toJson({ name: 'vlandns' }),
    'GET /text': () => ({ contentType: 'text/plain; version=0.0.4', text: 'a_total 1\n' }),
    'POST /echo': (query) => toJson({ said: query.get('name') }),
    'POST /fail': () => Promise.reject(new Error('it is not so')),
  });
  return { server, path };
}

/** Says something that is not HTTP, or hardly, and gives what comes back. */
async function say(path: string, text: string): Promise<string> {
  const socket = connect(path);
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString()));
  socket.write(text);
  await once(socket, 'close');
  return said;
}

t.test('commands are answered, and what goes wrong is said', async (t) => {
  const { server, path } = await open(t);
  t.teardown(() => server.close());
  t.strictSame(await askDaemon(path, 'GET', '/status'), { name: 'vlandns' });
  t.strictSame(await askDaemon(path, 'POST', '/echo?name=b%C3%BCcher.example'), { said: 'bücher.example' });
  t.strictSame(await askDaemon(path, 'POST', '/echo'), { said: null });
  await t.rejects(askDaemon(path, 'POST', '/fail'), { message: 'it is not so' });
  for (const wrong of ['/nothing', '/__proto__', '/', '//'])
    await t.rejects(askDaemon(path, 'GET', wrong), { message: `no such command: GET ${wrong}` }, wrong);
  await t.rejects(askDaemon(path, 'POST', '/status'), { message: /no such command/ });
  for (const text of ['GET // HTTP/1.1\r\nHost: x\r\n\r\n', 'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n'])
    t.match(await say(path, text), /^HTTP\/1\.1 404 /, text);
  t.match(await say(path, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
  for (const header of ['Origin: https://page.example', 'Sec-Fetch-Site: cross-site', 'Host: page.example'])
    t.match(
      await say(
        path,
        `POST /echo HTTP/1.1\r\n${header.startsWith('Host') ? '' : 'Host: x\r\n'}${header}\r\n\r\n`,
      ),
      /^HTTP\/1\.1 403 .*from_browser/s,
      header,
    );
  const typed = (type: string): RegExp =>
    new RegExp(`^HTTP/1.1 200 OK\r\n(?:.*\r\n)*content-type: ${type}\r\n`);
  t.match(await say(path, 'GET /status HTTP/1.1\r\nHost: x\r\n\r\n'), typed('application/json'));
  const text = await say(path, 'GET /text HTTP/1.1\r\nHost: x\r\n\r\n');
  t.match(text, typed('text/plain; version=0\\.0\\.4'));
  t.match(text, /\r\n\r\n(?:a\r\n)?a_total 1\n/);
  t.strictSame(await askDaemon(path, 'GET', '/status'), { name: 'vlandns' }, 'and it goes on');
});

t.test('the socket is for its owner and group, and goes with the server', async (t) => {
  const { server, path } = await open(t);
  t.equal(statSync(path).mode & 0o777, 0o660);
  await t.rejects(open(t, path), { message: /another vlandns answers on .*sock; stop it/ });
  await server.close();
  t.notOk(existsSync(path));
  await t.rejects(askDaemon(path, 'GET', '/status'), {
    message: /vlandns is not running: nobody listens on/,
  });
});

t.test('closing does not wait for who has nothing to say', async (t) => {
  const { server, path } = await open(t);
  const silent = connect(path);
  silent.on('error', () => {});
  await once(silent, 'connect');
  await askDaemon(path, 'GET', '/status');
  await server.close();
  t.notOk(existsSync(path));
  silent.destroy();
});

t.test('only a socket makes way', async (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, 'precious');
  symlinkSync(file, join(folder, 'link'));
  for (const name of ['file', 'link', 'file/sock'])
    await t.rejects(open(t, join(folder, name)), { message: /the control socket .* cannot be opened/ }, name);
  t.equal(statSync(file).size, 8);
  const { server, path } = await open(t, join(folder, 'made/on/the/way/sock'));
  t.teardown(() => server.close());
  t.strictSame(await askDaemon(path, 'GET', '/status'), { name: 'vlandns' });
});
