// Requests as browsers, programs and attackers send them, over real sockets.
import { request as httpRequest } from 'node:http';
import t from 'tap';
import { JSON_TYPE, openWeb, PASSWORD } from '../support/web-stand.ts';
import type { WebReply, WebStand } from '../support/web-stand.ts';

const GRANT = JSON.stringify({ who: 'kids', what: 'youtube', end: '45m', reason: 'homework' });

function codeOf({ text }: WebReply): string {
  const { code }: { code: string } = JSON.parse(text);
  return code;
}

function lines({ told }: WebStand): string[] {
  return told
    .filter(({ event }) => event === 'web_change' || event === 'web_login_refused')
    .map(({ message }) => message);
}

t.test('every error says as a problem what is wrong', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('anna');
  const own = { cookie, ...JSON_TYPE };
  const cases = [
    ['an unknown route', 'GET /api/v1/nothing', {}, 404, 'no_such_route'],
    [
      'a method that the route does not have',
      'PUT /api/v1/grant',
      { headers: own },
      405,
      'method_not_allowed',
    ],
    ['a body that is no JSON', 'POST /api/v1/grant', { headers: own, body: '{' }, 400, 'bad_request'],
    ['a body that is no object', 'POST /api/v1/grant', { headers: own, body: '[]' }, 400, 'bad_request'],
    ['an unknown key', 'POST /api/v1/grant', { headers: own, body: '{"whom":"kids"}' }, 400, 'bad_request'],
    [
      'another type',
      'POST /api/v1/grant',
      { headers: { cookie, 'content-type': 'text/plain' }, body: GRANT },
      415,
      'unsupported_type',
    ],
    [
      'a body that is too large',
      'POST /api/v1/grant',
      { headers: own, body: JSON.stringify({ who: 'k'.repeat(70_000) }) },
      413,
      'too_large',
    ],
    ['nobody', 'GET /api/v1/status', {}, 401, 'unauthenticated'],
    [
      'a token that nobody has',
      'GET /api/v1/status',
      { headers: { authorization: 'Bearer x' } },
      401,
      'unauthenticated',
    ],
  ] as const;
  for (const [what, route, request, status, code] of cases) {
    const [method = '', path = ''] = route.split(' ');
    const reply = await web.ask(method, path, request);
    t.equal(reply.status, status, what);
    t.equal(codeOf(reply), code, what);
    t.equal(reply.headers['content-type'], 'application/problem+json', what);
    t.equal(reply.headers['cache-control'], 'no-store', what);
  }
  const wrong = await web.ask('POST', '/api/v1/grant', { headers: own, body: '{"whom":"kids"}' });
  t.match(wrong.text, /whom.*who/, 'the keys that there are, are told');
  const other = await web.ask('PUT', '/api/v1/grant', { headers: own });
  t.equal(other.headers.allow, 'POST');
  t.strictSame(web.asked, [], 'the worker was asked nothing');
});

t.test('HEAD is what GET is, without a body', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('vera');
  for (const path of ['/', '/api/v1/status']) {
    const reply = await web.ask('HEAD', path, { headers: { cookie } });
    t.strictSame([reply.status, reply.text], [200, ''], path);
  }
  t.strictSame(
    lines(web).filter((line) => line.includes('status')),
    [],
    'and changes nothing',
  );
});

t.test('who asks is told to the worker, whatever they claim', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('ben');
  const asAdmin = encodeURIComponent(JSON.stringify({ role: 'admin', vlans: [] }));
  const headers = { cookie, ...JSON_TYPE, 'vlandns-asker': asAdmin };
  const reply = await web.ask('POST', '/api/v1/grant', { headers, body: GRANT });
  t.equal(reply.status, 200);
  t.strictSame(web.asked.at(-1)?.asker, { role: 'parent', vlans: ['kids'], user: 'ben' });
  t.match(web.asked.at(-1)?.query, /who=kids/);
  const log = await web.ask('GET', '/api/v1/log?limit=10', { headers: { cookie } });
  t.match(log.text, 'www.example');
  t.notMatch(log.text, 'nas.example', 'of other VLANs nothing');
  const within = await web.ask('GET', '/api/v1/log?limit=10&within=servers', { headers: { cookie } });
  t.equal(within.status, 400, 'and nobody may say of which');
});

t.test('roles hold: neither a viewer grants nor a parent administers, and both are told of', async (t) => {
  const web = await openWeb(t);
  const vera = await web.logIn('vera');
  const ben = await web.logIn('ben');
  const cases = [
    [vera, 'POST', '/api/v1/grant', GRANT],
    [ben, 'POST', '/api/v1/reload', '{}'],
    [ben, 'GET', '/api/v1/configuration', undefined],
    [ben, 'GET', '/api/v1/doctor', undefined],
    [vera, 'POST', '/api/v1/backup', JSON.stringify({ file: '/etc/passwd' })],
  ] as const;
  for (const [cookie, method, path, body] of cases) {
    const reply = await web.ask(method, path, {
      headers: { cookie, ...JSON_TYPE },
      ...(body === undefined ? {} : { body }),
    });
    t.strictSame([reply.status, codeOf(reply)], [403, 'forbidden'], `${method} ${path}`);
  }
  t.strictSame(web.asked, [], 'the worker was asked nothing');
  t.match(lines(web).join('\n'), /^vera \(viewer\) from 127\.0\.0\.1: POST \/grant: refused/m);
  t.match(lines(web).join('\n'), /^ben \(parent\) from 127\.0\.0\.1: POST \/reload: refused/m);
});

t.test('what another page has a browser send is not done', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('anna');
  const host = `127.0.0.1:${web.port()}`;
  const cases = [
    ['its origin', { origin: 'https://evil.example' }, 403],
    ['an origin that is none', { origin: 'null' }, 403],
    ['our address with another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['its site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }, 403],
    ['a form, which can send text only', { 'content-type': 'text/plain' }, 415],
    ['our own page', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, 200],
  ] as const;
  for (const [what, headers, status] of cases) {
    const reply = await web.ask('POST', '/api/v1/grant', {
      headers: { cookie, ...JSON_TYPE, ...headers },
      body: GRANT,
    });
    t.equal(reply.status, status, what);
  }
  t.equal(web.asked.length, 1, 'only ours was done');
  const preflight = await web.ask('OPTIONS', '/api/v1/grant', {
    headers: { origin: 'https://evil.example' },
  });
  t.equal(preflight.headers['access-control-allow-origin'], undefined, 'no other page is let in');
});

t.test(
  'without users whoever is at this machine may do everything, and no name of others leads here',
  async (t) => {
    const web = await openWeb(t, { users: [], tokens: [] });
    for (const [host, status] of [
      ['localhost', 200],
      ['127.0.0.1', 200],
      ['rebound.example', 403],
    ] as const) {
      const reply = await web.ask('GET', '/api/v1/status', { headers: { host } });
      t.equal(reply.status, status, host);
    }
    t.strictSame(web.asked[0]?.asker, { role: 'admin', vlans: [] });
  },
);

t.test('a session begins with its log-in, whatever cookie was there before', async (t) => {
  const web = await openWeb(t);
  const planted = 'vlandns=planted-by-somebody-else-0000000000000000000';
  const cookie = await web.logIn('anna', { cookie: planted });
  t.not(cookie, planted);
  t.equal((await web.ask('GET', '/api/v1/session', { headers: { cookie: planted } })).status, 401);
  const again = await web.logIn('anna', { cookie });
  t.not(again, cookie, 'each log-in has its own');
  const out = await web.ask('DELETE', '/api/v1/session', { headers: { cookie } });
  t.equal(out.status, 204);
  t.match(out.headers['set-cookie']?.[0], /^vlandns=; .*Max-Age=0/);
  t.equal((await web.ask('GET', '/api/v1/session', { headers: { cookie } })).status, 401, 'it has ended');
  t.equal((await web.ask('GET', '/api/v1/session', { headers: { cookie: again } })).status, 200);
  t.match(again, /^vlandns=[\w-]{43}$/);
});

t.test('what is sent makes no lines of the log and steers no terminal', async (t) => {
  const web = await openWeb(t);
  const evil = 'x\r\n{"event":"ready"}\u001b[2J';
  const body = JSON.stringify({ user: evil, password: 'y' });
  t.equal((await web.ask('POST', '/api/v1/session', { headers: JSON_TYPE, body })).status, 401);
  const headers = { authorization: `Bearer ${web.token}`, ...JSON_TYPE };
  const order = JSON.stringify({ who: evil, what: 'youtube', end: '45m', reason: evil });
  await web.ask('POST', '/api/v1/grant', { headers, body: order });
  const told = lines(web);
  t.equal(told.length, 2);
  // oxlint-disable-next-line no-control-regex -- exactly these are looked for
  for (const line of told) t.notMatch(line, /[\u0000-\u001f]/, line);
  t.match(told[1], /^script \(admin, token\) from 127\.0\.0\.1: POST \/grant \{/);
  t.notMatch(told.join('\n'), PASSWORD, 'passwords are told nowhere');
});

t.test('files are those of the page by their names, and nothing else', async (t) => {
  const web = await openWeb(t);
  for (const path of [
    '/index.html',
    '/manifest.json',
    '/../main.js',
    '/..%2fmain.js',
    '/%2e%2e/main.js',
    '//etc/passwd',
    '/main.js',
    '/.br',
    '/login',
  ])
    t.equal((await web.ask('GET', path)).status, 404, path);
  const { text } = await web.ask('GET', '/');
  const script = /src="\.?\/?([^"]+\.js)"/.exec(text)?.[1] ?? '';
  const reply = await web.ask('GET', `/${script}`);
  t.equal(reply.status, 200, script);
  t.match(reply.headers['cache-control'], 'immutable');
});

t.test(
  'a cache on the way cannot be poisoned: each coding has its tag, and says what it depends on',
  async (t) => {
    const web = await openWeb(t);
    const tags = new Set<string>();
    for (const coding of ['identity', 'gzip', 'br']) {
      const reply = await web.ask('GET', '/', { headers: { 'accept-encoding': coding } });
      t.equal(reply.headers.vary, 'accept-encoding', coding);
      t.equal(reply.headers['content-encoding'] ?? 'identity', coding);
      const etag = String(reply.headers.etag);
      tags.add(etag);
      for (const list of [etag, `"other", ${etag}`, `W/${etag}`]) {
        const headers = { 'accept-encoding': coding, 'if-none-match': list };
        const again = await web.ask('GET', '/', { headers });
        t.equal(again.status, 304, list);
        t.equal(again.headers.vary, 'accept-encoding');
      }
    }
    t.equal(tags.size, 3, 'three codings, three tags');
    const odd = await web.ask('GET', '/', { headers: { 'x-forwarded-host': 'evil.example' } });
    t.notMatch(odd.text, 'evil');
    t.match(odd.headers['content-security-policy'], /default-src 'none'; script-src 'self'/);
  },
);

t.test('status is asked of the worker once, however many ask', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('vera');
  await Promise.all(
    Array.from({ length: 30 }, () => web.ask('GET', '/api/v1/status', { headers: { cookie } })),
  );
  t.equal(web.asked.length, 1);
});

t.test(
  'live news begin with the pause to wait and the status, and are not kept back by a proxy',
  async (t) => {
    const web = await openWeb(t);
    const cookie = await web.logIn('vera');
    const path = '/api/v1/events?topics=status';
    const text = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(
        { port: web.port(), host: '127.0.0.1', path, headers: { cookie } },
        (response) => {
          t.equal(response.headers['x-accel-buffering'], 'no');
          t.equal(response.headers['content-type'], 'text/event-stream');
          let told = '';
          response.setEncoding('utf8').on('data', (chunk: string) => {
            told += chunk;
            if (!told.includes('event: status\ndata: ')) return;
            request.destroy();
            resolve(told);
          });
        },
      );
      request.on('error', reject);
      request.end();
    });
    t.match(text, /^retry: 3000\n\n/);
  },
);

t.test('whoever tries as often as they can fills no log, and the end of a session is told', async (t) => {
  const web = await openWeb(t);
  const cookie = await web.logIn('anna');
  await web.ask('DELETE', '/api/v1/session', { headers: { cookie } });
  t.ok(web.told.some(({ event, message }) => event === 'web_change' && message.endsWith('logged out')));
  t.equal((await web.ask('GET', '/api/v1/session', { headers: { cookie } })).status, 401);
  const body = JSON.stringify({ user: 'anna', password: 'wrong' });
  for (let i = 0; i < 90; i++)
    await web.ask('POST', '/api/v1/session', { headers: { 'content-type': 'application/json' }, body });
  t.equal(web.told.filter(({ event }) => event === 'web_login_refused').length, 60);
});
