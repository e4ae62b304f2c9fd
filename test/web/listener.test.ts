// One address of the page under those who would take it for themselves: connections, headers, and bodies that never end.
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { placeOf, WebListener } from '../../src/web/listener.ts';
import type { Certificate, RequestListener } from '../../src/web/listener.ts';
import { until } from '../support/house.ts';

const sayDone: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end('done');
};

async function open(t: Test, certificate?: Certificate): Promise<WebListener> {
  const listener = await WebListener.open({
    onRequest: sayDone,
    certificate,
    listen: async (server) => {
      server.listen({ host: '0.0.0.0', port: 0 });
      await once(server, 'listening');
    },
  });
  t.teardown(() => listener.close());
  return listener;
}

/** Connects from an address of loopback; an error is an end. */
async function reach(t: Test, port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function read(socket: Socket, text: string): Promise<string> {
  let told = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
  const ended = once(socket, 'close');
  socket.write(text);
  await ended;
  return told;
}

const ASK = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

t.test('a thousand connections of one address are bounded, and others are served', async (t) => {
  const listener = await open(t);
  for (let index = 0; index < 1000; index += 50)
    await Promise.all(Array.from({ length: 50 }, () => reach(t, listener.port)));
  t.ok(await until(() => listener.refused + listener.connections >= 1000));
  t.equal(listener.connections, 48);
  t.match(await read(await reach(t, listener.port, '127.0.0.2'), ASK), /^HTTP\/1\.1 200/);
});

t.test(
  'where many addresses have taken all, whoever comes gets the place of one that has most',
  async (t) => {
    const listener = await open(t);
    for (let host = 10; host < 20; host++)
      await Promise.all(Array.from({ length: 40 }, () => reach(t, listener.port, `127.0.0.${host}`)));
    t.ok(await until(() => listener.refused + listener.connections >= 400));
    t.ok(listener.connections <= 256, String(listener.connections));
    t.match(await read(await reach(t, listener.port, '127.0.0.2'), ASK), /^HTTP\/1\.1 200/);
  },
);

t.test('headers that are huge or no HTTP are told so, and end their connection', async (t) => {
  const listener = await open(t);
  const huge = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
  t.match(await read(await reach(t, listener.port), huge), /^HTTP\/1\.1 431/);
  t.match(await read(await reach(t, listener.port), 'EHLO localhost\r\n\r\n'), /^HTTP\/1\.1 400/);
  t.match(await read(await reach(t, listener.port), 'GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400/, 'no Host');
  const smuggled =
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  t.match(await read(await reach(t, listener.port), smuggled), /^HTTP\/1\.1 400/, 'two lengths');
});

const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed';

t.test('a certificate is renewed while connections go on', { skip: noOpenssl }, async (t) => {
  const [first, second] = [makeCertificate(t, 'first.example'), makeCertificate(t, 'second.example')];
  const listener = await open(t, first);
  const url = `https://127.0.0.1:${listener.port}`;
  const connectTo = (certificate: Certificate) => {
    const session = connectHttp2(url, { ca: certificate.cert, checkServerIdentity: () => undefined });
    t.teardown(() => session.destroy());
    return session;
  };
  const before = connectTo(first);
  const ask = async (session: ReturnType<typeof connectHttp2>): Promise<unknown> => {
    const stream = session.request({ ':path': '/' }).resume();
    const [headers]: { ':status'?: number }[] = await once(stream, 'response');
    return headers?.[':status'];
  };
  t.equal(await ask(before), 200);
  t.throws(() => listener.renew({ cert: 'none', key: 'none' }));
  t.equal(await ask(connectTo(first)), 200, 'one that is none changes nothing');
  listener.renew(second);
  t.equal(await ask(connectTo(second)), 200, 'a new connection gets the new one');
  t.equal(await ask(before), 200, 'the old connection goes on');
});

function makeCertificate(t: Test, name: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name}`;
  execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

t.test('connections are counted for one address, or for a whole /64', (t) => {
  for (const [address, place] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ] as const)
    t.equal(placeOf(address), place, address);
  t.end();
});
