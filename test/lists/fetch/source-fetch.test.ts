// Against a real HTTP server, and a real HTTPS server where openssl can make a certificate.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { LookupFunction, Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import t from 'tap';
import type { Test } from 'tap';
import * as zlib from 'node:zlib';
import { fetchSource } from '../../../src/lists/fetch/source-fetch.ts';
import type { FetchOptions, FetchOutcome } from '../../../src/lists/fetch/source-fetch.ts';

const { brotliCompressSync, gzipSync } = zlib;

/** What this version of Node has; zstd came with 22.15. */
const versionDependent: { gzipSync: unknown; zstdCompressSync?: (text: string) => Buffer } = zlib;
const hasZstd = versionDependent.zstdCompressSync !== undefined;
const zstd = (text: string): Buffer => versionDependent.zstdCompressSync?.(text) ?? Buffer.from(text);

const list = Array.from({ length: 5000 }, (_, index) => `0.0.0.0 ads-${index}.example\n`).join('');
const page = '<!DOCTYPE html>\n<html><body>Please log in</body></html>\n';
const etag = '"one"';
const lastModified = 'Fri, 02 Jan 2026 00:00:00 GMT';

const noLookup: LookupFunction = (hostname, _options, callback) => {
  callback(new Error(`${hostname} was asked for`), []);
};

const send =
  (text: string | Buffer, headers: Record<string, string> = {}, status = 200) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, headers).end(text);
  };

const redirect = (location: string, status = 302): RequestListener => send('elsewhere', { location }, status);

/** Sends what Node's own server would not. */
const sendRaw =
  (text: string | Buffer, end: 'close' | 'reset' | 'wait' = 'close') =>
  ({ socket }: IncomingMessage): void => {
    socket.write(text, () => {
      if (end === 'close') socket.end();
      if (end === 'reset') socket.resetAndDestroy();
    });
  };

/** Sends a piece after the other until the client has enough. */
const sendForEver =
  (pauseMs: number) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    const more = (): void => {
      if (!response.destroyed)
        response.write('0.0.0.0 ads.example\n'.repeat(50), () => setTimeout(more, pauseMs));
    };
    more();
  };

/** Takes longer as a whole than anybody waits for a single piece. */
const sendSlowly: RequestListener = (_, response) => {
  let left = 12;
  const more = (): void => {
    if (--left === 0) response.end();
    else response.write('0.0.0.0 ads.example\n', () => setTimeout(more, 100));
  };
  more();
};

let failuresLeft = 1;

const paths: Record<string, RequestListener> = {
  '/list': send(list, { etag, 'last-modified': lastModified }),
  '/plain': send(list),
  '/gzip': send(gzipSync(list), { 'content-encoding': 'gzip' }),
  '/x-gzip': send(gzipSync(list), { 'content-encoding': 'X-GZip' }),
  '/zstd': send(zstd(list), { 'content-encoding': 'zstd' }),
  '/cut-zstd': send(zstd(list).subarray(0, -9), { 'content-encoding': 'zstd' }),
  '/br': send(brotliCompressSync(list), { 'content-encoding': 'br' }),
  '/identity': send(list, { 'content-encoding': 'identity' }),
  '/conditional': (request, response) => {
    const { 'if-none-match': match, 'if-modified-since': since } = request.headers;
    response.writeHead(match === etag && since === lastModified ? 304 : 200, { etag }).end();
  },
  '/304': send('', {}, 304),
  '/flaky': (request, response) => {
    if (failuresLeft-- > 0) response.writeHead(500).end('sorry');
    else send(list)(request, response);
  },
  '/first': redirect('/second', 301),
  '/second': redirect('third', 302),
  '/third': redirect('./fourth?x', 303),
  '/fourth?x': redirect('/fifth', 307),
  '/fifth': redirect('/list#part', 308),
  '/zeroth': redirect('/first'),
  '/loop': redirect('/back'),
  '/back': redirect('/loop'),
  '/itself': redirect('/itself'),
  '/file': redirect('file:///etc/passwd'),
  '/away': redirect('http://user:secret@192.0.2.1/list?key=secret'),
  '/nonsense': redirect('http://[nonsense/'),
  '/nowhere': send('', {}, 302),
  '/empty': send(''),
  '/empty-gzip': send(gzipSync(''), { 'content-encoding': 'gzip' }),
  '/page': send(page, { 'content-type': 'text/plain' }),
  '/late-page': send(`\ufeff \r\n<!-- page --> ${page}${'x'.repeat(5000)}`),
  '/gzip-page': send(gzipSync(page), { 'content-encoding': 'gzip' }),
  '/fragment': send('Sorry!\n<p>Not here</p>', { 'content-type': 'text/html; charset=utf-8' }),
  '/html-list': send(list, { 'content-type': 'text/html' }),
  '/markup-list': send(`! made by <me@example.com>\n##<html>\n||ads.example^\n<b\n`),
  '/missing': send('not here', {}, 404),
  '/gone': send(list, {}, 299),
  '/partial': send(list, {}, 206),
  '/cut-gzip': send(gzipSync(list).subarray(0, -9), { 'content-encoding': 'gzip' }),
  '/cut-br': send(brotliCompressSync(list).subarray(0, -9), { 'content-encoding': 'br' }),
  '/no-gzip': send(list, { 'content-encoding': 'gzip' }),
  '/no-br': send(list, { 'content-encoding': 'br' }),
  '/compress': send(list, { 'content-encoding': 'compress' }),
  '/property': send(list, { 'content-encoding': 'constructor' }),
  '/bomb': send(gzipSync(Buffer.alloc(20 * 1024 * 1024)), { 'content-encoding': 'gzip' }),
  '/short': sendRaw(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${list.slice(0, 20_000)}`),
  '/cut-chunks': sendRaw(
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n${list.slice(0, 20_000)}\r\n`,
  ),
  '/long': sendRaw(`HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n${list}`),
  '/until-close': sendRaw(`HTTP/1.0 200 OK\r\n\r\n${list}`),
  '/reset': sendRaw(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${list.slice(0, 20_000)}`, 'reset'),
  '/reset-head': sendRaw('HTTP/1.1 200', 'reset'),
  '/hang-up': sendRaw(''),
  '/no-http': sendRaw('220 mail.example ESMTP\r\n', 'wait'),
  '/upgrade': sendRaw('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 'wait'),
  '/large-head': sendRaw(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`, 'wait'),
  '/silent': () => {},
  '/stalled': sendRaw(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n0.0.0.0 ads.example\n`, 'wait'),
  '/trickle': sendForEver(10),
  '/slow': sendSlowly,
  '/endless': sendForEver(0),
};

const serve: RequestListener = (request, response) => {
  const answer = paths[request.url ?? ''];
  if (answer === undefined) throw new Error(`the test has no ${request.url}`);
  answer(request, response);
};

async function listen(server: TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const server = createServer(serve);
const port = await listen(server);
const here = `http://127.0.0.1:${port}`;
t.teardown(() => close(server));

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

/** Fetches into a folder of the test's own; a failure has to leave nothing there. */
async function fetchTo(
  t: Test,
  url: string,
  options: Partial<FetchOptions> = {},
): Promise<{ outcome: FetchOutcome; text: string | undefined }> {
  const candidate = join(t.testdir(), 'candidate');
  const outcome = await fetchSource(url, { candidate, lookup: noLookup, ...options });
  if (outcome.state === 'new') return { outcome, text: readFileSync(outcome.file, 'utf8') };
  t.notOk(existsSync(candidate), 'no file is left');
  return { outcome, text: undefined };
}

const reasonOf = (outcome: FetchOutcome): string | undefined =>
  outcome.state === 'failed'
    ? outcome.reason.replaceAll(String(port), 'PORT')
    : `not failed: ${outcome.state}`;

const good: [when: string, path: string, text: string][] = [
  ['plain text is kept as it is', '/plain', list],
  ['gzip is taken apart', '/gzip', list],
  ['gzip goes by its old name, too', '/x-gzip', list],
  ['br is taken apart', '/br', list],
  ['identity is nothing', '/identity', list],
  ['five redirects of all kinds are followed', '/first', list],
  ['a list said to be HTML is still a list', '/html-list', list],
  ['a list may mention markup', '/markup-list', '! made by <me@example.com>\n##<html>\n||ads.example^\n<b\n'],
  ['a body without length ends with the connection', '/until-close', list],
  ['what follows the length is not read', '/long', list.slice(0, 22)],
];
if (hasZstd) good.push(['zstd is taken apart', '/zstd', list]);

for (const [when, path, text] of good) {
  t.test(when, async (t) => {
    const { outcome, text: kept } = await fetchTo(t, here + path);
    t.match(outcome, { state: 'new', octets: text.length });
    t.ok(kept === text, 'the file holds the text');
  });
}

t.test('a new copy comes with its validators, and with none where the server has none', async (t) => {
  const { outcome } = await fetchTo(t, `${here}/list`);
  t.match(outcome, { state: 'new', validators: { etag, lastModified } });
  const { outcome: bare } = await fetchTo(t, `${here}/plain`);
  t.match(bare, { state: 'new', validators: { etag: undefined, lastModified: undefined } });
});

t.test('with the validators of our copy an unchanged list is not sent', async (t) => {
  const { outcome } = await fetchTo(t, `${here}/conditional`, { validators: { etag, lastModified } });
  t.same(outcome, { state: 'unchanged' });
});

t.test('the host localhost is this host, whatever a lookup says', async (t) => {
  const { outcome } = await fetchTo(t, `http://localhost:${port}/list`);
  t.equal(outcome.state, 'new');
});

t.test('a slow list is waited for as long as something comes', async (t) => {
  const { outcome } = await fetchTo(t, `${here}/slow`, { idleMs: 1000 });
  t.match(outcome, { state: 'new', octets: 220 });
});

t.test('a fetch after a failure is as good as any', async (t) => {
  const { outcome: failed } = await fetchTo(t, `${here}/flaky`);
  t.equal(reasonOf(failed), '127.0.0.1:PORT answered 500 Internal Server Error');
  const { outcome } = await fetchTo(t, `${here}/flaky`);
  t.equal(outcome.state, 'new');
});

t.test('a shorter copy leaves nothing of what was in the file before', async (t) => {
  const candidate = join(t.testdir({ candidate: 'x'.repeat(1_000_000) }), 'candidate');
  await fetchSource(`${here}/list`, { candidate, lookup: noLookup });
  t.ok(readFileSync(candidate, 'utf8') === list);
});

const SMALL = { idleMs: 60, totalMs: 20_000 };

const failures: [when: string, path: string, reason: string | RegExp, options?: Partial<FetchOptions>][] = [
  ['a missing list', '/missing', '127.0.0.1:PORT answered 404 Not Found'],
  ['a success without a body of its own', '/partial', '127.0.0.1:PORT answered 206 Partial Content'],
  ['a status that nobody knows', '/gone', '127.0.0.1:PORT answered 299'],
  ['304 when nothing was asked', '/304', '127.0.0.1:PORT answered 304 Not Modified'],
  ['an empty list', '/empty', 'the answer is empty'],
  ['an empty list in gzip', '/empty-gzip', 'the answer is empty'],
  ['a web page', '/page', 'the answer is a web page, not a list'],
  ['a web page behind comments', '/late-page', 'the answer is a web page, not a list'],
  ['a web page in gzip', '/gzip-page', 'the answer is a web page, not a list'],
  ['a part of a web page', '/fragment', 'the answer is a web page, not a list'],
  ['gzip that ends early', '/cut-gzip', '127.0.0.1:PORT sent compressed text that ends in the middle'],
  ['br that ends early', '/cut-br', '127.0.0.1:PORT sent compressed text that ends in the middle'],
  ['gzip that is none', '/no-gzip', '127.0.0.1:PORT sent compressed text that is damaged (Z_DATA_ERROR)'],
  ['br that is none', '/no-br', /^127\.0\.0\.1:PORT sent compressed text that is damaged \(ERR__/],
  ['a compression that we do not have', '/compress', /^the list came as "compress", and we take .*br, gzip$/],
  ['a compression named like a property', '/property', /^the list came as "constructor"/],
  ['a body shorter than its length', '/short', '127.0.0.1:PORT closed the connection before the end'],
  ['chunks without an end', '/cut-chunks', '127.0.0.1:PORT closed the connection before the end'],
  ['a connection reset in the body', '/reset', '127.0.0.1:PORT closed the connection before the end'],
  ['a connection reset in the head', '/reset-head', '127.0.0.1:PORT closed the connection before the end'],
  ['no answer at all', '/hang-up', '127.0.0.1:PORT closed the connection before the end'],
  ['a server of something else', '/no-http', /^127\.0\.0\.1:PORT does not speak HTTP properly: /],
  ['a server that changes the protocol', '/upgrade', /^127\.0\.0\.1:PORT closed the connection/],
  ['a head without end', '/large-head', /^127\.0\.0\.1:PORT does not speak HTTP properly: /],
  ['silence', '/silent', 'nothing came for 60 ms', SMALL],
  ['silence in the body', '/stalled', 'nothing came for 60 ms', SMALL],
  ['a body that takes too long', '/trickle', 'the fetch was not complete after 150 ms', { totalMs: 150 }],
  ['a body that never ends', '/endless', 'the list is larger than 50000 octets', { maxOctets: 50_000 }],
  [
    'gzip that grows past the bound',
    '/bomb',
    'the list is larger than 2 MiB',
    { maxOctets: 2 * 1024 * 1024 },
  ],
  [
    'redirects in a circle',
    '/loop',
    '127.0.0.1:PORT redirects in a circle, back to http://127.0.0.1:PORT/loop',
  ],
  [
    'a redirect to itself',
    '/itself',
    '127.0.0.1:PORT redirects in a circle, back to http://127.0.0.1:PORT/itself',
  ],
  ['too many redirects', '/zeroth', 'more than 5 redirects, the last one to http://127.0.0.1:PORT/list'],
  ['a redirect to a file', '/file', '127.0.0.1:PORT redirects to file:, which is not fetched'],
  [
    'a redirect to another host without TLS, shown without its secrets',
    '/away',
    '127.0.0.1:PORT redirects to http://192.0.2.1/list, which is not https',
  ],
  ['a redirect to what is no URL', '/nonsense', '127.0.0.1:PORT redirects to what is not a URL'],
  ['a redirect to nowhere', '/nowhere', '127.0.0.1:PORT answered 302 Found'],
];
if (hasZstd)
  failures.push([
    'zstd that ends early',
    '/cut-zstd',
    '127.0.0.1:PORT sent compressed text that ends in the middle',
  ]);

for (const [when, path, reason, options] of failures) {
  t.test(`${when} is a failure that says so`, async (t) => {
    const { outcome } = await fetchTo(t, here + path, options);
    if (typeof reason === 'string') t.equal(reasonOf(outcome), reason);
    else t.match(reasonOf(outcome), reason);
  });
}

const refusedUrls: [url: string, reason: string][] = [
  ['http://192.0.2.1/list', 'the source is at http://192.0.2.1/list, which is not https'],
  ['http://127.0.0.1.example/', 'the source is at http://127.0.0.1.example/, which is not https'],
  ['ftp://lists.example/list', 'the source is at ftp:, which is not fetched'],
  ['lists.example', 'the source is at what is not a URL'],
];

for (const [url, reason] of refusedUrls) {
  t.test(`${url} is not fetched`, async (t) => {
    t.equal(reasonOf((await fetchTo(t, url)).outcome), reason);
  });
}

t.test('a port where nobody listens is a failure that says so', async (t) => {
  const closed = createTcpServer();
  const closedPort = await listen(closed);
  await new Promise((resolve) => closed.close(resolve));
  const { outcome } = await fetchTo(t, `http://127.0.0.1:${closedPort}/`);
  t.same(outcome, { state: 'failed', reason: `127.0.0.1:${closedPort} refuses the connection` });
});

t.test('a fetch can be stopped before it starts and while it waits', async (t) => {
  const { outcome } = await fetchTo(t, `${here}/list`, { signal: AbortSignal.abort() });
  t.equal(reasonOf(outcome), 'the fetch was stopped');
  const stop = new AbortController();
  server.once('request', () => stop.abort());
  const { outcome: late } = await fetchTo(t, `${here}/silent`, { signal: stop.signal });
  t.equal(reasonOf(late), 'the fetch was stopped');
});

for (const [what, status] of [
  ['an error', 404],
  ['a redirect', 302],
] as const) {
  t.test(`the body of ${what} is not waited for`, async (t) => {
    const closed = new Promise<void>((resolve) => {
      paths['/unread'] = (request, response) => {
        response.on('close', resolve);
        response.writeHead(status, { location: '/list' });
        sendForEver(0)(request, response);
      };
    });
    await fetchTo(t, `${here}/unread`);
    await closed;
    t.pass('the connection is closed');
  });
}

t.test('a folder that is not there is a failure that says so', async (t) => {
  const folder = join(t.testdir(), 'none');
  const { outcome } = await fetchTo(t, `${here}/list`, { candidate: join(folder, 'candidate') });
  t.match(reasonOf(outcome), /none cannot be written to: ENOENT/);
});

t.test(
  'a full disk is a failure that says so',
  { skip: existsSync('/dev/full') ? false : 'there is no /dev/full here' },
  async (t) => {
    const folder = t.testdir();
    const candidate = join(folder, 'full');
    symlinkSync('/dev/full', candidate);
    const outcome = await fetchSource(`${here}/list`, { candidate, lookup: noLookup });
    t.equal(reasonOf(outcome), `the disk of ${folder} is full`);
    t.notOk(existsSync(candidate), 'the file is gone');
    t.ok(existsSync('/dev/full'), 'and only it');
  },
);

/** Answers as a lookup may, in the form that was asked for. */
const found =
  (...addresses: string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) callback(null, all);
    else callback(null, addresses[0] ?? '', 4);
  };

const calledTwice: LookupFunction = (hostname, options, callback) => {
  found('127.0.0.1')(hostname, options, callback);
  found('127.0.0.1')(hostname, options, callback);
  throw new Error('a bug');
};

const onlyOne: LookupFunction = (_hostname, _options, callback) => callback(null, '127.0.0.1', 4);

const lookups: [when: string, lookup: LookupFunction, reason: string | RegExp][] = [
  ['fails', noLookup, 'lists.example cannot be resolved: lists.example was asked for'],
  ['finds nothing', (_host, _options, callback) => callback(null, []), 'lists.example has no address'],
  [
    'gives something else',
    (_host, _options, callback) => callback(null, JSON.parse('[null,{"address":7}]')),
    'lists.example has no address',
  ],
  ['gives what is no address', found('lists.example'), 'lists.example has no address'],
  [
    'throws',
    () => {
      throw new Error('a bug');
    },
    'lists.example cannot be resolved: a bug',
  ],
  ['never answers', () => {}, 'nothing came for 60 ms'],
];

for (const [when, lookup, reason] of lookups) {
  t.test(`a lookup that ${when} is a failure that says so`, async (t) => {
    const { outcome } = await fetchTo(t, 'https://lists.example/list', { ...SMALL, lookup });
    t.match(reasonOf(outcome), reason);
  });
}

/** Makes a certificate for lists.example; undefined where openssl cannot. */
function makeCertificate(folder: string): { key: string; cert: string } | undefined {
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=lists.example',
  ];
  const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
  try {
    execFileSync('openssl', [...request, '-addext', 'subjectAltName=DNS:lists.example', ...files], {
      cwd: folder,
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { key: read('key.pem'), cert: read('cert.pem') };
}

const certificate = makeCertificate(t.testdir());

t.test(
  'over TLS',
  { skip: certificate === undefined ? 'openssl cannot make a certificate here' : false },
  async (t) => {
    if (certificate === undefined) return;
    const secure = createTlsServer(certificate, serve);
    const securePort = await listen(secure);
    t.teardown(() => close(secure));
    const at = (host: string, path: string): string => `https://${host}:${securePort}${path}`;
    const trusted = createSecureContext({ ca: certificate.cert });
    const options = { trust: () => trusted, lookup: found('127.0.0.1') };
    const reason = (outcome: FetchOutcome): string | undefined =>
      reasonOf(outcome)?.replaceAll(String(securePort), 'PORT');

    t.test('a list comes from where the lookup says', async (t) => {
      const asked: string[] = [];
      const lookup: LookupFunction = (hostname, settings, callback) => {
        asked.push(hostname);
        found('127.0.0.1')(hostname, settings, callback);
      };
      const { text } = await fetchTo(t, at('lists.example', '/list'), { ...options, lookup });
      t.ok(text === list);
      t.same(asked, ['lists.example']);
    });

    t.test('a lookup that calls back twice is heard once', async (t) => {
      const { outcome } = await fetchTo(t, at('lists.example', '/list'), { ...options, lookup: calledTwice });
      t.equal(outcome.state, 'new');
    });

    t.test('a lookup that gives one address instead of all is understood', async (t) => {
      const { outcome } = await fetchTo(t, at('lists.example', '/list'), { ...options, lookup: onlyOne });
      t.equal(outcome.state, 'new');
    });

    t.test('the next address is tried when one does not answer', async (t) => {
      const lookup = found('::1', '127.0.0.1');
      const { outcome } = await fetchTo(t, at('lists.example', '/list'), { ...options, lookup });
      t.equal(outcome.state, 'new');
    });

    t.test('redirects stay within https', async (t) => {
      const { outcome } = await fetchTo(t, at('lists.example', '/first'), options);
      t.equal(outcome.state, 'new');
    });

    t.test('a redirect away from https is not followed, not even to this host', async (t) => {
      paths['/down'] = redirect(`${here}/list`);
      const { outcome } = await fetchTo(t, at('lists.example', '/down'), options);
      t.equal(reason(outcome), 'lists.example:PORT redirects to http://127.0.0.1:PORT/list, away from https');
    });

    t.test('a redirect from http on this host to https is followed', async (t) => {
      paths['/up'] = redirect(at('lists.example', '/list'));
      const { outcome } = await fetchTo(t, `${here}/up`, options);
      t.equal(outcome.state, 'new');
    });

    t.test('a certificate that nobody trusts is a failure that says so', async (t) => {
      const { outcome } = await fetchTo(t, at('lists.example', '/list'), { lookup: options.lookup });
      t.equal(reason(outcome), 'lists.example:PORT shows a certificate that it signed itself');
    });

    t.test('a certificate of another host is a failure that says so', async (t) => {
      const { outcome } = await fetchTo(t, at('other.example', '/list'), options);
      t.equal(reason(outcome), 'other.example:PORT shows a certificate for another name');
    });

    t.test('a server without TLS is a failure that says so', async (t) => {
      const { outcome } = await fetchTo(t, `https://lists.example:${port}/list`, options);
      t.match(reason(outcome), /^lists\.example:PORT does not speak TLS properly: wrong version number$/);
    });

    t.test('addresses where nobody listens are a failure that says so', async (t) => {
      const closed = createTcpServer();
      const closedPort = await listen(closed);
      await new Promise((resolve) => closed.close(resolve));
      const lookup = found('127.0.0.1', '::1');
      const { outcome } = await fetchTo(t, `https://lists.example:${closedPort}/`, { ...options, lookup });
      t.match(outcome, {
        state: 'failed',
        reason: /^lists\.example:\d+ (?:refuses|cannot be reached|does not)/,
      });
    });
  },
);
