import t from 'tap';
import { toHash, toRoute, VIEWS } from '../../src/page/router.ts';

const CASES = [
  { hash: '', view: 'home', params: {} },
  { hash: '#', view: 'home', params: {} },
  { hash: '#/', view: 'home', params: {} },
  { hash: '#/home', view: 'home', params: {} },
  { hash: '#/log?vlan=kids&blocked=true', view: 'log', params: { vlan: 'kids', blocked: 'true' } },
  { hash: '#/why?who=kids&name=', view: 'why', params: { who: 'kids' } },
  { hash: '#/why?name=a%3Fb%26c', view: 'why', params: { name: 'a?b&c' } },
  { hash: '#/nowhere?x=1', view: 'home', params: {} },
  { hash: '#/__proto__', view: 'home', params: {} },
  { hash: '#/log?__proto__=x', view: 'log', params: Object.fromEntries([['__proto__', 'x']]) },
  { hash: '#/log?%', view: 'log', params: {} },
] as const;

t.test('any hash is a route', (t) => {
  for (const { hash, view, params } of CASES)
    t.strictSame(toRoute(hash), { view, params }, JSON.stringify(hash));
  t.end();
});

t.test('a route is read back as it was written', (t) => {
  const params = { who: 'client:Ada & Bob', name: 'x.example', at: '2026-12-24T22:00' };
  for (const view of VIEWS) t.strictSame(toRoute(toHash(view, params)), { view, params });
  t.end();
});

t.test('a parameter that is undefined or empty is left out', (t) => {
  t.equal(toHash('log', { vlan: undefined, name: '' }), '#/log');
  t.end();
});
