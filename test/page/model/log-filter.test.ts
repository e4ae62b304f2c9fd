import t from 'tap';
import { liveFilter, toFilter, wallToMs } from '../../../src/page/model/log-filter.ts';

const ZONE = 'Europe/Berlin';

t.test('times are those of the clock of the house, on both sides of a change of clocks', (t) => {
  const cases = [
    ['2026-12-24T22:00', '2026-12-24T21:00:00Z'],
    ['2026-07-01T08:30', '2026-07-01T06:30:00Z'],
    ['2026-03-29T01:59', '2026-03-29T00:59:00Z'],
    ['2026-03-29T03:00', '2026-03-29T01:00:00Z'],
    ['2026-10-25T00:30', '2026-10-24T22:30:00Z'],
    ['2026-10-25T03:30', '2026-10-25T02:30:00Z'],
  ] as const;
  for (const [wall, instant] of cases) t.equal(wallToMs(wall, ZONE), Date.parse(instant), wall);
  t.end();
});

t.test('a time that is none filters nothing, and a zone that nobody knows is UTC', (t) => {
  for (const text of ['', 'yesterday', '2026-13-40T99:00', '2026-12-24'])
    t.equal(wallToMs(text, ZONE), undefined, text);
  t.equal(wallToMs('2026-12-24T22:00', 'Nowhere/City'), Date.parse('2026-12-24T22:00:00Z'));
  t.end();
});

t.test('the filter of an address has what is understood of it', (t) => {
  const filter = toFilter(
    { vlan: 'kids', name: ' *Tube* ', blocked: 'perhaps', since: 'x', client: '' },
    ZONE,
  );
  t.match(filter, {
    vlan: 'kids',
    name: '*tube*',
    blocked: undefined,
    sinceMs: undefined,
    client: undefined,
  });
  t.equal(toFilter({ blocked: 'false' }, ZONE).blocked, false);
  t.end();
});

t.test('live news take what they know of a filter', (t) => {
  const filter = toFilter({ vlan: 'kids', blocked: 'true', since: '2026-12-24T22:00' }, ZONE);
  t.strictSame(liveFilter(filter), { vlan: 'kids', blocked: 'true' });
  t.end();
});
