// Figures over TCP, and what neither they nor the control socket are given to.
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { refusalOf } from '../../src/control/browser-guard.ts';
import { openMetricsServer } from '../../src/control/metrics-server.ts';

/** Sends a request as it is written, and gives the first line and the body of what comes back. */
async function say(port: number, head: string): Promise<[string, string]> {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (chunk) => (said += chunk.toString()));
  socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  const [start = '', body = ''] = said.split('\r\n\r\n', 2);
  return [start.split('\r\n', 1)[0] ?? '', body];
}

t.test('GET /metrics is answered over TCP, and nothing else', async (t) => {
  let failing = false;
  let asked = 0;
  const server = await openMetricsServer({ address: '127.0.0.1', port: 0 }, () => {
    asked++;
    if (failing) return Promise.reject(new Error('it is not so'));
    return Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'a_total 1\n' });
  });
  t.teardown(() => server.close());
  const host = `Host: 127.0.0.1:${server.port}`;
  const [line, body] = await say(server.port, `GET /metrics HTTP/1.1\r\n${host}`);
  t.equal(line, 'HTTP/1.1 200 OK');
  t.match(body, /a_total 1\n/);
  t.match(await say(server.port, `GET /metrics?name=x HTTP/1.1\r\n${host}`), [/ 200 /]);
  t.strictSame(await say(server.port, `HEAD /metrics HTTP/1.1\r\n${host}`), ['HTTP/1.1 200 OK', '']);
  t.equal(asked, 3);
  for (const [request, status] of [
    [`GET / HTTP/1.1\r\n${host}`, 404],
    [`GET /status HTTP/1.1\r\n${host}`, 404],
    [`POST /reload HTTP/1.1\r\n${host}\r\nContent-Length: 0`, 404],
    [`POST /metrics HTTP/1.1\r\n${host}\r\nContent-Length: 0`, 405],
    [`GET /metrics HTTP/1.1\r\n${host}\r\nContent-Length: 1\r\n\r\nx`, 405],
    [`DELETE /metrics HTTP/1.1\r\n${host}`, 405],
    [`GET /metrics HTTP/1.1\r\n${host}\r\nOrigin: https://page.example`, 403],
    [`GET /metrics HTTP/1.1\r\nHost: page.example:9153`, 403],
    [`GET /metrics HTTP/1.1\r\n${host}\r\nX: ${'x'.repeat(20_000)}`, 431],
    ['hello', 400],
  ] as const)
    t.match(await say(server.port, request), [new RegExp(` ${status} `)], request.slice(0, 60));
  t.equal(asked, 3, 'nobody else has cost a figure');
  failing = true;
  t.match(await say(server.port, `GET /metrics HTTP/1.1\r\n${host}`), [/ 500 /, /it is not so/]);
  await t.rejects(
    openMetricsServer({ address: '127.0.0.1', port: server.port }, () => Promise.reject(new Error())),
    {
      code: 'EADDRINUSE',
    },
  );
});

t.test('a page in a browser is told from a program', (t) => {
  for (const [what, headers, isRefused] of [
    ['our own commands', { host: 'localhost' }, false],
    ['curl through a port', { host: '127.0.0.1:8080' }, false],
    ['Prometheus by IPv6', { host: '[2001:db8::1]:9153' }, false],
    ['a name that only resolves at home', { host: 'dns:9153' }, false],
    ['HTTP/1.0', {}, false],
    ['an address typed into a browser', { host: '127.0.0.1', 'sec-fetch-site': 'none' }, false],
    ['a form of a page', { host: '127.0.0.1:8080', origin: 'https://page.example' }, true],
    ['a page that hides where it is from', { host: '127.0.0.1:8080', origin: 'null' }, true],
    ['an image of a page', { host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site' }, true],
    ['a page whose name leads here', { host: 'page.example:8080' }, true],
    ['a page whose name looks like an address', { host: '127.0.0.1.page.example' }, true],
    ['brackets round a name', { host: '[page.example]' }, true],
  ] as const)
    t.equal(refusalOf(headers) !== undefined, isRefused, what);
  t.end();
});
