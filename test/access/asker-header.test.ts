// Who asks for whom: what a header may say, and that it gives nobody more than the socket does.
import { test } from 'tap';
import { lowered, readAskerHeader, toAskerHeader } from '../../src/access/asker-header.ts';
import type { Asker } from '../../src/access/role.ts';

const admin: Asker = { role: 'admin', vlans: [] };
const parent: Asker = { role: 'parent', vlans: ['kids', 'lan'] };

test('an asker comes through as it was sent', async (t) => {
  for (const asker of [
    admin,
    { role: 'viewer', vlans: ['kids'], user: 'anna' },
    { role: 'parent', vlans: ['kids', 'lan'], user: 'Jürgen, "J"\r\nx: y' },
  ] satisfies Asker[]) {
    const header = toAskerHeader(asker);
    t.match(header, /^[\w%.~!*'()-]+$/, 'it is one value of a header');
    t.same(readAskerHeader(header), asker);
  }
});

const MALFORMED: readonly (readonly [when: string, value: string])[] = [
  ['nothing', ''],
  ['no JSON', 'admin'],
  ['half an escape', '%7'],
  ['null', 'null'],
  ['a role alone', encodeURIComponent('{"role":"admin"}')],
  ['a role that there is not', encodeURIComponent('{"role":"root","vlans":[]}')],
  ['no role', encodeURIComponent('{"vlans":[]}')],
  ['one VLAN as a text', encodeURIComponent('{"role":"parent","vlans":"kids"}')],
  ['VLANs that are no names', encodeURIComponent('{"role":"parent","vlans":[1]}')],
  ['a user that is no name', encodeURIComponent('{"role":"parent","vlans":[],"user":1}')],
  ['a long name', encodeURIComponent(`{"role":"parent","vlans":[],"user":"${'x'.repeat(65)}"}`)],
  ['a long header', `{"role":"parent","vlans":[${'"kids",'.repeat(2000)}"kids"]}`],
];

test('what is no asker is none', async (t) => {
  for (const [when, value] of MALFORMED) t.equal(readAskerHeader(value), undefined, when);
});

test('nobody becomes more than who may use the socket', async (t) => {
  const table: readonly (readonly [when: string, own: Asker, other: Asker, asker: Asker | undefined])[] = [
    ['an admin asks as a parent', admin, parent, parent],
    ['a parent asks as an admin', parent, admin, parent],
    [
      'a parent asks as a viewer',
      parent,
      { role: 'viewer', vlans: [] },
      { role: 'viewer', vlans: parent.vlans },
    ],
    [
      'of some VLANs',
      parent,
      { role: 'parent', vlans: ['kids', 'dmz'] },
      { role: 'parent', vlans: ['kids'] },
    ],
    ['of other VLANs', parent, { role: 'parent', vlans: ['dmz'] }, undefined],
  ];
  for (const [when, own, other, asker] of table) t.same(lowered(own, other), asker, when);
  t.equal(lowered(parent, { ...admin, user: 'anna' })?.user, 'anna');
  t.equal(
    lowered({ ...admin, user: 'anna' }, admin)?.user,
    undefined,
    'who the socket is of is not who asks',
  );
});
