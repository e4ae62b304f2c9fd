import t from 'tap';
import type { ToldEntry } from '../../../src/api/told-desk.ts';
import type { ToldClient } from '../../../src/explain/told/clients.ts';
import { inOrder, isAbout, pauseOf } from '../../../src/page/model/entries.ts';

const ENTRY: ToldEntry = {
  id: 'a1b2',
  kind: 'grant',
  scope: { kind: 'vlan', name: 'kids' },
  what: 'youtube',
  from: '2026-12-01T10:00:00.000Z',
  until: '2026-12-01T11:00:00.000Z',
  by: 'parent',
  user: undefined,
  reason: undefined,
  line: 3,
  lack: undefined,
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what else there is of a client makes no difference here
const LAPTOP = {
  vlan: 'kids',
  name: 'laptop',
  address: '192.0.2.7',
  mac: '00:00:5e:00:53:01',
  policy: 'homework',
} as ToldClient;
const KIDS = { name: 'kids', policy: 'kids' };
const GUESTS = { name: 'guests', policy: 'open' };

const SCOPES = [
  { scope: { kind: 'vlan', name: 'kids' }, kids: true, guests: false },
  { scope: { kind: 'policy', name: 'kids' }, kids: true, guests: false },
  { scope: { kind: 'policy', name: 'homework' }, kids: true, guests: false },
  { scope: { kind: 'policy', name: 'open' }, kids: false, guests: true },
  { scope: { kind: 'client', name: 'laptop' }, kids: true, guests: false },
  { scope: { kind: 'client', name: 'gone' }, kids: false, guests: false },
  { scope: { kind: 'address', name: '192.0.2.7' }, kids: true, guests: false },
  { scope: { kind: 'address', name: '192.0.2.99', mac: '00:00:5e:00:53:01' }, kids: true, guests: false },
  { scope: { kind: 'address', name: '192.0.2.99' }, kids: false, guests: false },
] as const;

t.test('an entry is about the VLANs in which it makes a difference', (t) => {
  for (const { scope, kids, guests } of SCOPES) {
    t.equal(isAbout({ scope }, KIDS, [LAPTOP]), kids, `kids: ${JSON.stringify(scope)}`);
    t.equal(isAbout({ scope }, GUESTS, [LAPTOP]), guests, `guests: ${JSON.stringify(scope)}`);
  }
  t.end();
});

t.test('what ends next comes first, and what stays is apart', (t) => {
  const later = { ...ENTRY, id: 'late', until: '2026-12-01T12:00:00.000Z' };
  const rule: ToldEntry = { ...ENTRY, id: 'rule', kind: 'allow', until: undefined };
  const { timed, lasting } = inOrder([later, rule, ENTRY]);
  t.strictSame(
    timed.map(({ id }) => id),
    ['a1b2', 'late'],
  );
  t.strictSame(
    lasting.map(({ id }) => id),
    ['rule'],
  );
  t.end();
});

t.test('the pause of a VLAN is its own', (t) => {
  const pause: ToldEntry = { ...ENTRY, kind: 'pause', what: 'everything' };
  t.equal(pauseOf('kids', [ENTRY, pause]), pause);
  t.equal(pauseOf('guests', [ENTRY, pause]), undefined);
  t.equal(pauseOf('kids', [ENTRY]), undefined);
  t.end();
});
