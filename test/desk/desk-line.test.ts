// One line of desk.yaml: what is written is read again, YAML takes it for the same, and what is wrong is said.
import t from 'tap';
import { parse } from 'yaml';
import { EVERYTHING } from '../../src/desk/desk-entry.ts';
import type { DeskEntry } from '../../src/desk/desk-entry.ts';
import { entryToLine, readDeskLine, spentToLine } from '../../src/desk/desk-line.ts';
import { at, entry } from '../support/desk.ts';

const ENTRIES: readonly (readonly [what: string, fields: Partial<DeskEntry>])[] = [
  ['a grant of a service', {}],
  ['with who and why', { role: 'parent', user: 'anna', reason: 'homework: "maths", #7, {x}' }],
  ['a reason that YAML would take for something else', { reason: 'null' }],
  ['a reason of a number', { reason: '12' }],
  ['a reason with quotes and a backslash', { reason: String.raw`it's "so" \ or` }],
  ['a name below', { subject: { kind: 'name', name: '*.x.example' }, kind: 'deny' }],
  ['everything', { subject: EVERYTHING, kind: 'deny' }],
  ['a pause', { subject: EVERYTHING, kind: 'pause' }],
  ['an address', { scope: { kind: 'address', name: '2001:db8::7' } }],
  ['an address of a device', { scope: { kind: 'address', name: '192.0.2.7', mac: '00:00:5e:00:53:07' } }],
  ['a client', { scope: { kind: 'client', name: 'Homework laptop' } }],
  ['a rule that stays', { kind: 'allow', untilMs: Infinity, subject: { kind: 'name', name: 'x.example' } }],
  ['a rule of a policy', { kind: 'block', untilMs: Infinity, scope: { kind: 'policy', name: 'yes' } }],
];

t.test('what is written is read again', (t) => {
  for (const [what, fields] of ENTRIES) {
    const written = entry({ ...fields, line: 7 });
    t.strictSame(readDeskLine(entryToLine(written), 7), { entry: written }, what);
  }
  const spent = { vlan: 'kids', what: 'youtube', day: 20_788, ms: 90_000 };
  t.strictSame(readDeskLine(spentToLine(spent), 3), { spent });
  t.end();
});

t.test('YAML reads the same from it', (t) => {
  for (const [what, fields] of ENTRIES) {
    const written = entry(fields);
    const { user, reason } = written;
    const [read]: Record<string, unknown>[] = parse(entryToLine(written), { schema: 'core' });
    t.match(read, { id: 'abcd', do: written.kind, by: written.role, at: '2026-12-01T12:00:00.000Z' }, what);
    t.strictSame([read?.['user'], read?.['reason']], [user, reason], what);
  }
  t.end();
});

t.test('a person may write it by hand', (t) => {
  const line = `- {id: k7, do: allow,vlan: kids, name: 'X.Example.', by: admin, at: "2026-12-01T12:00:00+01:00"}`;
  t.match(readDeskLine(line, 3), {
    entry: {
      id: 'k7',
      kind: 'allow',
      subject: { kind: 'name', name: 'x.example' },
      fromMs: at('2026-12-01T11:00Z'),
    },
  });
  t.end();
});

t.test('what is no entry is told', (t) => {
  const good = entryToLine(entry());
  for (const [line, fault] of [
    ['rubbish', /is no entry of the form/],
    ['\u0000\u0001', /is no entry of the form/],
    [good.slice(0, 40), /is no entry of the form/],
    [good.replace('do: grant', 'do: give'), /has no "do:" with one of allow, block/],
    [good.replace('id: abcd', 'id: "../x"'), /has no "id:"/],
    [good.replace('vlan: kids, ', ''), /says not for whom/],
    [good.replace('vlan: kids', 'vlan: kids, policy: kids'), /says not for whom/],
    [good.replace('vlan: kids', 'address: 1.2.3'), /has an address that is none/],
    [
      good.replace('vlan: kids', 'vlan: kids, mac: "00:00:5e:00:53:07"'),
      /has a "mac:" without an "address:"/,
    ],
    [good.replace('vlan: kids', 'address: 192.0.2.7, mac: phone'), /has a MAC that is none: "phone"/],
    [good.replace('service: youtube, ', ''), /says not about what/],
    [good.replace('service: youtube', 'name: "a b"'), /has a name that is none/],
    [good.replace('service: youtube', 'name: "/x/"'), /regular expression/],
    [good.replace(/until: "[^"]*", /, ''), /has no "until:"/],
    [good.replace(/until: "[^"]*"/, 'until: tomorrow'), /has no "until:"/],
    [good.replace('by: admin', 'by: nobody'), /has no "by:"/],
    [good.replace('by: admin', 'by: admin, by: parent'), /has the key "by" twice/],
    [good.replace('by: admin', 'bye: admin'), /has the key "bye", which no entry has/],
    [good.replace('by: admin', 'by: admin, reason: "\\x41"'), /has a value that is not understood/],
    [good.replace('by: admin', 'by: [admin]'), /is not understood at "by: \[admin\]/],
    [`- { ${'a'.repeat(3000)} }`, /is longer than 2000 characters/],
    ['- { spent: youtube, vlan: kids, day: "2026-13-01", seconds: 5 }', /has no "day:"/],
  ] as const)
    t.match(readDeskLine(line, 1), { fault }, JSON.stringify(line.slice(0, 60)));
  t.end();
});
