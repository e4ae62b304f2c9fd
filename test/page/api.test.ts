import t from 'tap';
import { call, CallError, LOST, NOT_OURS, problemOf, toFetch } from '../../src/page/api.ts';

const PROBLEM = {
  type: '/api/v1/problems/forbidden',
  title: 'Forbidden',
  status: 403,
  detail: 'no',
  code: 'forbidden',
};

/** A browser that answers every call with this. */
const answering = (body: string | null, init: ResponseInit): { readonly fetch: typeof fetch } => ({
  fetch: () => Promise.resolve(new Response(body, init)),
});

t.test('a GET has a query string, another method a JSON object', (t) => {
  t.equal(toFetch('GET /status', {}).url, '/api/v1/status');
  t.equal(
    toFetch('GET /log', { vlan: 'kids', limit: 50, before: undefined }).url,
    '/api/v1/log?vlan=kids&limit=50',
  );
  const { url, init } = toFetch('POST /lists/update', { names: ['ads', 'more'] });
  t.equal(url, '/api/v1/lists/update');
  t.strictSame([init.method, init.body], ['POST', '{"names":["ads","more"]}']);
  t.equal(init.credentials, 'same-origin', 'the cookie goes to the page’s own host only');
  t.equal(
    toFetch('POST /grant', { who: 'kids', reason: '' }).init.body,
    '{"who":"kids"}',
    'what is empty is left out',
  );
  t.end();
});

t.test('a reply is its JSON, and no content is undefined', async (t) => {
  t.strictSame(await call('GET /grants', {}, answering('{"entries":[]}', { status: 200 })), { entries: [] });
  t.equal(await call('DELETE /session', {}, answering(null, { status: 204 })), undefined);
});

t.test('a refusal is told in the server’s words, with when to try again', async (t) => {
  const refused = answering(JSON.stringify(PROBLEM), { status: 403, headers: { 'retry-after': '90' } });
  const error = await call('GET /status', {}, refused).catch((thrown: unknown) => thrown);
  t.ok(error instanceof CallError);
  t.strictSame(problemOf(error), PROBLEM);
  t.equal(error instanceof CallError && error.retryAfterSeconds, 90);
});

t.test('what is no problem of ours is told by its status', async (t) => {
  for (const body of ['<html>502</html>', '', '[]', 'null', '{"code":5}']) {
    const error = await call('GET /status', {}, answering(body, { status: 502 })).catch(
      (thrown: unknown) => thrown,
    );
    const { code, status } = problemOf(error);
    t.strictSame([code, status], [NOT_OURS, 502], body);
  }
});

t.test('a connection that cannot be made is a lost one', async (t) => {
  const broken = { fetch: () => Promise.reject(new TypeError('Failed to fetch')) };
  const error = await call('GET /status', {}, broken).catch((thrown: unknown) => thrown);
  t.equal(problemOf(error).code, LOST);
});

t.test('a call that was given up is no problem', async (t) => {
  const controller = new AbortController();
  controller.abort();
  const reason = new DOMException('aborted', 'AbortError');
  const options = { fetch: () => Promise.reject(reason), signal: controller.signal };
  await t.rejects(call('GET /status', {}, options), { name: 'AbortError' });
});
