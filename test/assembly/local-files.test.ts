// Records and hosts files of a configuration: who sees what, what is read again, and which faults are told where.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import type { Prepared } from '../../src/assembly/prepare.ts';
import { Refused } from '../../src/config/refused.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { TYPE } from '../../src/dns/numbers.ts';
import type { LocalLayers } from '../../src/local/local-layers.ts';

/** Keys of the configuration, as they are written. */
interface Written {
  readonly records?: string;
  readonly hosts?: string;
  /** Further keys of the VLAN `kids`. */
  readonly kids?: string;
}

/** Writes a configuration with the VLANs `kids` and `lab`, and prepares it. */
function prepareIn(folder: string, written: Written, before?: Prepared): Promise<Prepared> {
  const { records = '', hosts = '', kids = '' } = written;
  const file = join(folder, 'vlandns.yaml');
  writeFileSync(
    file,
    `vlans:
  kids: { listen: ["127.0.0.1:5353"], subnets: [192.0.2.0/24], policy: p${kids} }
  lab: { listen: ["127.0.0.1:5354"], subnets: [198.51.100.0/24], policy: p }
policies: { p: {} }
records: [${records}]
hosts: [${hosts}]
`,
  );
  return parsePrepared(file, () => {}, before);
}

/** The last octet of the addresses that a name has. */
function addressesOf(seen: LocalLayers, name: string): number[] | undefined {
  const view = new NameView();
  view.setWire(parseName(name));
  return seen
    .find(view)
    ?.get(TYPE.A)
    ?.map(({ rdata }) => rdata.at(-1) ?? -1);
}

function seenBy({ local }: Prepared, vlan: string): LocalLayers {
  return local.forVlans.get(vlan) ?? local.forAll;
}

function faultsOf(t: Test, written: Written): Promise<string[]> {
  return prepareIn(t.testdir({ nobody: '' }), written).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      return error.faults.map((line) => line.replace(/^.*vlandns\.yaml:/, ''));
    },
  );
}

t.test('a VLAN sees its own names before those of all, and others do not see them', async (t) => {
  const folder = t.testdir({ own: '192.0.2.4 printer\n', all: '192.0.2.14 printer scanner\n' });
  const prepared = await prepareIn(folder, {
    records: '"nas.lan A 192.0.2.11", "tv.lan A 192.0.2.12"',
    hosts: 'all',
    kids: ', records: ["nas.lan A 192.0.2.1"], hosts: [own]',
  });
  for (const [name, kids, lab] of [
    ['nas.lan', [1], [11]],
    ['tv.lan', [12], [12]],
    ['printer', [4], [14]],
    ['scanner', [14], [14]],
  ] as const) {
    t.strictSame(addressesOf(seenBy(prepared, 'kids'), name), kids, name);
    t.strictSame(addressesOf(seenBy(prepared, 'lab'), name), lab, name);
  }
  t.equal(seenBy(prepared, 'lab'), prepared.local.forAll, 'who has nothing of its own costs nothing');
});

t.test('only what has changed is read again', async (t) => {
  const folder = t.testdir({ own: '192.0.2.4 printer\n', all: '192.0.2.14 printer\n' });
  const written = { records: '"nas.lan A 192.0.2.11"', hosts: 'all', kids: ', hosts: [own]' };
  const first = await prepareIn(folder, written);
  const again = await prepareIn(folder, written, first);
  t.equal(again.local, first.local, 'nothing');
  writeFileSync(join(folder, 'own'), '192.0.2.5 printer new\n');
  const changed = await prepareIn(folder, written, again);
  t.strictSame(addressesOf(seenBy(changed, 'kids'), 'printer'), [5], 'the file of the VLAN');
  t.equal(changed.local.forAll.layers[0]?.data, first.local.forAll.layers[0]?.data, 'not that of all');
  t.strictSame(addressesOf(seenBy(first, 'kids'), 'printer'), [4], 'what was there stays as it was');
});

t.test('a fault is told at the setting of the VLAN', async (t) => {
  for (const [what, written, faults] of [
    [
      'a record that is none',
      { kids: ', records: ["nas.lan A 192.0.2.300"]' },
      [/^2:\d+: error: vlans\.kids\.records\[0\]: "192\.0\.2\.300" is not an IPv4 address/],
    ],
    [
      'a file that is not there',
      { kids: ', hosts: [nowhere]' },
      [/^2:\d+: error: vlans\.kids\.hosts\[0\]: file not found: .*nowhere; write the path/],
    ],
    [
      'aliases in a circle with those of all',
      { records: '"a.lan CNAME b.lan"', kids: ', records: ["b.lan CNAME a.lan"]' },
      [
        /^2:\d+: error: vlans\.kids\.records\[0\]: aliases lead in a circle: b\.lan \(line 2\) → a\.lan \(line 5\)/,
      ],
    ],
    [
      'a circle of all that the VLAN would be free of',
      { records: '"a.lan CNAME b.lan", "b.lan CNAME a.lan"', kids: ', records: ["b.lan A 192.0.2.1"]' },
      [/^5:\d+: error: records\[0\]: aliases lead in a circle/],
    ],
    [
      'a name that is an alias for all and an address in a VLAN',
      { records: '"a.lan CNAME b.lan"', kids: ', records: ["a.lan A 192.0.2.1"]' },
      [],
    ],
  ] as const) {
    const found = await faultsOf(t, written);
    t.match(found, faults, what);
    t.equal(found.length, faults.length, `${what}: ${found.join('\n')}`);
  }
});
