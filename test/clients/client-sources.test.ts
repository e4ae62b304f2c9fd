// What stays while files and tables are read again: the last good state, and since when something is so.
import t from 'tap';
import { ClientSources } from '../../src/clients/client-sources.ts';
import type { LeaseReading } from '../../src/clients/leases/read-leases.ts';
import { REMEMBERED_MS } from '../../src/clients/known-client.ts';

const A = '00:00:5e:00:53:0a';
const B = '00:00:5e:00:53:0b';

/** A reading of one lease, of a server that does not write when it began. */
function reading(mac: string, fields: Partial<LeaseReading> = {}): LeaseReading {
  const lease = {
    address: '192.0.2.7',
    mac,
    isMacSaid: false,
    name: undefined,
    sinceMs: 0,
    untilMs: Infinity,
  };
  return { leases: [lease], end: 'whole', skipped: [], tooMany: 0, ...fields };
}

const state = (sources: ClientSources): string =>
  Array.from(sources.leases(), ({ mac, sinceMs }) => `${mac} ${sinceMs}`).join();

t.test('a lease counts from when it was seen first', (t) => {
  const sources = new ClientSources();
  sources.take('leases', reading(A), 100);
  t.equal(state(sources), `${A} 0`, 'since before the first reading');
  sources.take('leases', reading(A), 200);
  t.equal(state(sources), `${A} 0`);
  sources.take('leases', reading(B), 300);
  t.equal(state(sources), `${B} 300`, 'another client');
  sources.take('leases', reading(B), 400);
  t.equal(state(sources), `${B} 300`);
  t.end();
});

t.test('what cannot be read or is cut changes nothing; a fault is given once', (t) => {
  const sources = new ClientSources();
  t.match(sources.take('leases', new Error('there is no such file'), 50), /nothing is known from it/);
  t.equal(
    sources.take('leases', reading(A, { end: 'cut' }), 100),
    'it ends in the midst of a lease, which is left out',
  );
  t.equal(state(sources), `${A} 0`, 'of a first reading at least what is whole');
  t.equal(sources.take('leases', reading(A), 150), undefined);
  t.match(sources.take('leases', reading(B, { end: 'cut' }), 200), /midst of a lease; the 1 leases .* hold/);
  t.equal(sources.take('leases', reading(B, { end: 'cut' }), 300), undefined, 'it is told already');
  t.match(sources.take('leases', new Error('x'), 400), /cannot be read: x; the 1 leases .* hold/);
  t.equal(state(sources), `${A} 0`);
  t.match(sources.stateOf('leases'), { readMs: 150, failures: 5 });
  const left = { skipped: [{ file: 'leases', line: 3, why: 'nonsense', count: 2 }], tooMany: 4 };
  t.equal(
    sources.take('leases', reading(B, left), 500),
    '2 lines are left out, the first is leases:3: nonsense; 4 leases are left out, since there are too many',
  );
  t.equal(state(sources), `${B} 500`, 'the others count');
  sources.keep([]);
  t.equal(state(sources), '', 'a file that the configuration no longer has');
  t.end();
});

t.test('neighbours count from when they came, are remembered a while, and replaced at once', (t) => {
  const sources = new ClientSources();
  const neighbour = (mac: string, isFresh = false) => ({ address: '192.0.2.7', mac, link: 'em0', isFresh });
  const told = (): string =>
    Array.from(sources.neighbours(), ({ mac, sinceMs, seenMs }) => `${mac} ${sinceMs} ${seenMs}`).join();
  sources.takeNeighbours([neighbour(A)], 100);
  t.equal(told(), `${A} 0 100`, 'of any age');
  sources.takeNeighbours([neighbour(A, true)], 200);
  t.equal(told(), `${A} 200 200`, 'the system has heard from it');
  sources.takeNeighbours([neighbour(A)], 300);
  t.equal(told(), `${A} 200 300`);
  sources.takeNeighbours([], 400);
  t.equal(told(), `${A} 200 300`, 'the system has forgotten it');
  sources.takeNeighbours([neighbour(B)], 500);
  t.equal(told(), `${B} 500 500`);
  sources.takeNeighbours([], 500 + REMEMBERED_MS);
  t.equal(told(), '');
  t.end();
});
