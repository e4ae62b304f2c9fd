// Bodies of local data one before the other are as one zone: compared with a plain model, which puts the records that are seen
// into one.
import t from 'tap';
import { nameToText, parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { LocalData } from '../../src/local/local-data.ts';
import type { LocalNames } from '../../src/local/local-data.ts';
import { LocalLayers } from '../../src/local/local-layers.ts';
import { parseZoneLine } from '../../src/local/zone-line.ts';
import { makeRandom } from '../support/rule-model.ts';

function dataOf(lines: readonly string[]): LocalData {
  return new LocalData(lines.map(parseZoneLine));
}

function layersOf(...layers: readonly (readonly string[])[]): LocalLayers {
  return new LocalLayers(layers.map((lines, index) => ({ data: dataOf(lines), from: `layer ${index}` })));
}

function viewOf(name: string): NameView {
  const view = new NameView();
  view.setWire(parseName(name));
  return view;
}

/** What a name has, in one line: its owner, and the last octet of each record. */
function told(names: LocalNames, name: string): string {
  const view = viewOf(name);
  const node = names.find(view);
  const owner = names.ownerOf(view);
  if (node === undefined || owner === undefined) return names.exists(view) ? 'exists' : 'none';
  const records = [...node].flatMap(([type, set]) => set.map(({ rdata }) => `${type}:${rdata.at(-1) ?? ''}`));
  return `${nameToText(owner)} ${records.join(' ')}`;
}

t.test('a name that an earlier layer has hides that of a later one, and no other', (t) => {
  const seen = layersOf(
    ['nas.lan A 192.0.2.1', '*.dev.lan A 192.0.2.2', 'deep.tree.lan A 192.0.2.3', 'gone.lan TXT x'],
    [
      'nas.lan A 192.0.2.11',
      'nas.lan AAAA 2001:db8::11',
      'www.dev.lan A 192.0.2.12',
      'only.lan A 192.0.2.13',
    ],
    ['*.lan A 192.0.2.21', 'www.dev.lan A 192.0.2.22', '*.dev.lan A 192.0.2.23', '*.only.lan A 192.0.2.24'],
  );
  for (const [name, wanted] of [
    ['nas.lan', 'nas.lan 1:1'],
    ['www.dev.lan', 'www.dev.lan 1:12'],
    ['x.dev.lan', '*.dev.lan 1:2'],
    ['a.b.dev.lan', '*.dev.lan 1:2'],
    ['below.www.dev.lan', 'none'],
    ['dev.lan', 'exists'],
    ['only.lan', 'only.lan 1:13'],
    ['x.only.lan', '*.only.lan 1:24'],
    ['other.lan', '*.lan 1:21'],
    ['tree.lan', 'exists'],
    ['x.tree.lan', 'none'],
    ['lan', 'exists'],
    ['example', 'none'],
  ] as const)
    t.equal(told(seen, name), wanted, name);
  t.equal(seen.fromOf(viewOf('nas.lan')), 'layer 0');
  t.equal(seen.fromOf(viewOf('other.lan')), 'layer 2');
  t.equal(seen.fromOf(viewOf('x.tree.lan')), undefined);
  t.end();
});

t.test('an address leads back to the name of the first layer that has it', (t) => {
  const seen = layersOf(['nas.lan A 192.0.2.1'], ['box.lan A 192.0.2.1', 'tv.lan A 192.0.2.2']);
  const pointer = (name: string): string | undefined => {
    const [record] = seen.find(viewOf(name))?.get(12) ?? [];
    return record && nameToText(record.rdata);
  };
  t.equal(pointer('1.2.0.192.in-addr.arpa'), 'nas.lan');
  t.equal(pointer('2.2.0.192.in-addr.arpa'), 'tv.lan');
  t.end();
});

t.test('one layer is as its data', (t) => {
  const lines = ['nas.lan A 192.0.2.1', '*.dev.lan A 192.0.2.2'];
  for (const name of ['nas.lan', 'x.dev.lan', 'dev.lan', 'x.lan', '.'])
    t.equal(told(layersOf(lines), name), told(dataOf(lines), name), name);
  t.equal(told(layersOf(), 'nas.lan'), 'none', 'and no layer has nothing');
  t.end();
});

t.test('layers are as one zone of the records that are seen, whatever the records', (t) => {
  const random = makeRandom(13);
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;
  const labels = ['a', 'b', 'c', '*'];
  const randomName = (most: number): string =>
    [...Array.from({ length: 1 + random(most) }, () => pick(labels)), 'lan'].join('.');
  const names = Array.from({ length: 80 }, () => randomName(4));
  for (let round = 0; round < 60; round++) {
    let octet = 0;
    const layers = Array.from({ length: 1 + random(3) }, () =>
      Array.from({ length: random(6) }, () => `${randomName(3)} A 192.0.2.${octet++}`),
    );
    const owners = new Set<string>();
    const visible = layers.flatMap((lines) => {
      const own = lines.filter((line) => !owners.has(line.split(' ')[0]!));
      for (const line of lines) owners.add(line.split(' ')[0]!);
      return own;
    });
    const seen = layersOf(...layers);
    const plain = dataOf(visible);
    const wrong = names.filter((name) => told(seen, name) !== told(plain, name));
    t.strictSame(wrong, [], JSON.stringify(layers));
  }
  t.end();
});
