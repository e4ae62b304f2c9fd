import t from 'tap';
import { NameTable } from '../../src/dns/name-table.ts';
import { nameToText, parseName } from '../../src/dns/name-text.ts';
import { MAX_LABELS, NameView } from '../../src/dns/name-view.ts';
import { concat, nameToWire, u16 } from '../support/message-writer.ts';
import { makeRandom } from '../support/rule-model.ts';

const HEADER_OCTETS = 12;

/** A name read the plain way: its labels and the offset behind it; undefined where it is none. */
function readPlainly(
  message: Uint8Array,
  offset: number,
): { labels: Uint8Array[]; behind: number } | undefined {
  const labels: Uint8Array[] = [];
  let at = offset;
  let octets = message[at];
  for (; octets !== undefined && octets > 0 && octets < 64; octets = message[at]) {
    if (at + 1 + octets > message.length) return undefined;
    labels.push(message.slice(at + 1, at + 1 + octets));
    at += 1 + octets;
  }
  if (octets === undefined || (octets > 0 && octets < 192)) return undefined;
  let behind = at + 1;
  if (octets > 0) {
    const low = message[at + 1];
    const target = (octets - 192) * 256 + (low ?? 0);
    if (low === undefined || target >= offset || target < HEADER_OCTETS) return undefined;
    const rest = readPlainly(message, target);
    if (rest === undefined) return undefined;
    labels.push(...rest.labels);
    behind = at + 2;
  }
  const total = labels.reduce((sum, label) => sum + label.length + 1, 1);
  return total > 255 ? undefined : { labels, behind };
}

function viewOf(name: string): NameView {
  const view = new NameView();
  view.setWire(nameToWire(name.toLowerCase()));
  return view;
}

/** Octets of a name of one label of each length. */
function labelsOf(...lengths: readonly number[]): Uint8Array {
  return concat(
    ...lengths.map((length) => Uint8Array.of(length, ...Array<number>(length).fill(0x61))),
    Uint8Array.of(0),
  );
}

t.test('a name is read, or refused, as its octets say', (t) => {
  const at12 = (...parts: Uint8Array[]): Uint8Array => concat(new Uint8Array(12), ...parts);
  const com = nameToWire('com.');
  const table: [what: string, message: Uint8Array, offset: number, text: string | undefined][] = [
    ['the root', at12(Uint8Array.of(0)), 12, '.'],
    ['upper case', at12(nameToWire('ExAmPle.COM.')), 12, 'example.com'],
    ['octets next to A and Z stay', at12(Uint8Array.of(4, 0x40, 0x5b, 0x60, 0x7b, 0)), 12, '@[`{'],
    ['a dot and a zero in a label', at12(Uint8Array.of(3, 0x2e, 0, 0x5c, 0)), 12, '\\.\\000\\\\'],
    ['a label of 63', at12(labelsOf(63)), 12, 'a'.repeat(63)],
    ['a label of 64', at12(labelsOf(64)), 12, undefined],
    ['label type 01', at12(Uint8Array.of(0x41, 0, 0)), 12, undefined],
    ['label type 10', at12(Uint8Array.of(0x80, 0, 0)), 12, undefined],
    ['255 octets', at12(labelsOf(63, 63, 63, 61)), 12, `${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(61)}`],
    ['256 octets', at12(labelsOf(63, 63, 63, 62)), 12, undefined],
    ['127 labels', at12(labelsOf(...Array<number>(127).fill(1))), 12, `${'a.'.repeat(126)}a`],
    ['128 labels', at12(labelsOf(...Array<number>(128).fill(1))), 12, undefined],
    ['the end in a label', at12(Uint8Array.of(3, 0x61)), 12, undefined],
    ['the end before the root', at12(Uint8Array.of(1, 0x61)), 12, undefined],
    ['nothing at all', at12(), 12, undefined],
    ['a pointer back', at12(com, Uint8Array.of(1, 0x61), u16(0xc00c)), 17, 'a.com'],
    ['a pointer into the middle of a name', at12(nameToWire('a.com.'), u16(0xc00e)), 19, 'com'],
    ['a pointer to a root', at12(com, u16(0xc010)), 17, '.'],
    ['two pointers back', at12(com, u16(0xc00c), u16(0xc011)), 19, 'com'],
    ['a pointer to itself', at12(u16(0xc00c)), 12, undefined],
    ['a pointer to the start of its own name', at12(Uint8Array.of(1, 0x61), u16(0xc00c)), 12, undefined],
    ['a pointer forwards', at12(u16(0xc00e), com), 12, undefined],
    ['a loop of two', at12(u16(0xc00e), u16(0xc00c)), 14, undefined],
    ['half a pointer', at12(com, Uint8Array.of(0xc0)), 17, undefined],
    ['a pointer into the header', at12(com, u16(0xc004)), 17, undefined],
    ['a pointer past the end', at12(com, u16(0xffff)), 17, undefined],
    [
      '256 octets through a pointer',
      at12(labelsOf(63, 63, 63), labelsOf(62).subarray(0, 63), u16(0xc00c)),
      12 + 193,
      undefined,
    ],
  ];
  const view = new NameView();
  for (const [what, message, offset, text] of table) {
    const behind = view.read(message, offset, message.length);
    t.equal(behind >= 0 ? nameToText(view.wire) : undefined, text, what);
  }
  t.end();
});

t.test('reading agrees with a plain reader on random and mutated messages', (t) => {
  const random = makeRandom(1);
  const view = new NameView();
  let read = 0;
  let refused = 0;
  for (let round = 0; round < 60_000; round++) {
    const message = new Uint8Array(12 + 1 + random(round % 7 === 0 ? 600 : 80));
    for (let i = 0; i < message.length; i++) {
      const dice = random(10);
      message[i] = dice < 6 ? random(5) : dice < 8 ? 0xc0 + random(2) : random(256);
    }
    if (round % 7 === 0) for (let i = 12; i < message.length; i += 1 + message[i]!) message[i] = random(66);
    const offset = random(message.length);
    const plain = readPlainly(message, offset);
    const behind = view.read(message, offset, message.length);
    if (plain === undefined) {
      refused++;
      if (behind !== -1) t.fail(`${Buffer.from(message).toString('hex')} at ${offset} was read`);
      continue;
    }
    read++;
    const wire = concat(
      ...plain.labels.map((label) => concat(Uint8Array.of(label.length), lowered(label))),
      Uint8Array.of(0),
    );
    const starts = plain.labels.map((_, i) =>
      plain.labels.slice(0, i).reduce((sum, label) => sum + label.length + 1, 0),
    );
    const same =
      behind === plain.behind &&
      view.length === wire.length &&
      Buffer.compare(view.wire.subarray(0, view.length), wire) === 0 &&
      view.labelCount === starts.length &&
      [...starts, wire.length - 1].every((start, i) => view.labelStart[i] === start);
    if (!same) t.fail(`${Buffer.from(message).toString('hex')} at ${offset} was read otherwise`);
  }
  t.ok(read > 10_000 && refused > 10_000, `${read} read, ${refused} refused`);
  t.end();
});

function lowered(label: Uint8Array): Uint8Array {
  return Buffer.from(label.toString() === '' ? '' : Buffer.from(label).toString('latin1'), 'latin1').map(
    (octet) => (octet >= 65 && octet <= 90 ? octet + 32 : octet),
  );
}

t.test('suffixes have equal hashes where they are equal, and only there', (t) => {
  const random = makeRandom(2);
  const hashes = new Map<number, string>();
  const byText = new Map<string, number>();
  let collisions = 0;
  for (let round = 0; round < 20_000; round++) {
    const view = viewOf(`${randomName(random)}.`);
    for (let label = 0; label <= view.labelCount; label++) {
      const text = nameToText(view.wire, view.labelStart[label]);
      const hash = view.suffixHash(label);
      if (!byText.has(text)) {
        if (hashes.has(hash)) collisions++;
        hashes.set(hash, text);
        byText.set(text, hash);
      } else if (byText.get(text) !== hash) t.fail(`${text} has two hashes`);
    }
  }
  // 20,000 names in 2^32 hashes: a collision is expected once in some twenty runs.
  t.ok(collisions <= 2, `${collisions} collisions of ${byText.size}`);
  t.end();
});

t.test('hashes follow a name that is read anew', (t) => {
  const view = viewOf('a.example.com.');
  const before = view.suffixHash(0);
  view.setWire(nameToWire('b.example.com.'));
  t.not(view.suffixHash(0), before);
  t.equal(view.suffixHash(1), viewOf('example.com.').suffixHash(0));
  t.throws(() => view.setWire(Uint8Array.of(1, 0x61)), /not a name/);
  t.throws(() => view.setWire(Uint8Array.of(0, 0)), /not a name/, 'octets behind the root');
  t.end();
});

t.test('suffixEquals compares from a label to the root', (t) => {
  const view = viewOf('www.example.com.');
  t.ok(view.suffixEquals(0, nameToWire('www.example.com.')));
  t.ok(view.suffixEquals(1, nameToWire('example.com.')));
  t.ok(view.suffixEquals(3, Uint8Array.of(0)));
  t.notOk(view.suffixEquals(1, nameToWire('example.org.')));
  t.notOk(view.suffixEquals(1, nameToWire('com.')));
  t.ok(view.suffixEquals(1, concat(u16(9), nameToWire('example.com.')), 2), 'at an offset');
  t.end();
});

t.test('names in presentation form become wire form', (t) => {
  const table: [text: string, hex: string | RegExp][] = [
    ['.', '00'],
    ['com', '03636f6d00'],
    ['CoM.', '03636f6d00'],
    ['a.b.', '0161016200'],
    ['a\\.b', '03612e6200'],
    ['a\\.', '02612e00'],
    ['a\\\\.', '02615c00'],
    ['a\\\\\\.', '03615c2e00'],
    ['\\065\\066', '02616200'],
    ['\\000\\255', '0200ff00'],
    ['bücher.example', '0d786e2d2d62636865722d6b7661076578616d706c6500'],
    ['BÜCHER.example.', '0d786e2d2d62636865722d6b7661076578616d706c6500'],
    ['*.bücher.example', '012a0d786e2d2d62636865722d6b7661076578616d706c6500'],
    ['*.example', '012a076578616d706c6500'],
    [`${'a'.repeat(63)}.com`, `3f${'61'.repeat(63)}03636f6d00`],
    ['', /empty/],
    ['..', /empty label/],
    ['a..b', /empty label/],
    ['.a', /empty label/],
    [`${'a'.repeat(64)}.com`, /64 octets/],
    [`${'aaaaaaa.'.repeat(32)}a`, /too long/],
    ['a\\', /broken escape/],
    ['a\\300', /broken escape/],
    ['ä b.example', /internationalised/],
    ['bücher.example/x', /internationalised/],
    ['bücher?x', /internationalised/],
    ['bücher#x', /internationalised/],
    ['bücher%2eexample', /internationalised/],
    ['bü\\.cher.example', /internationalised/],
    ['bücher\t.example', /internationalised/],
  ];
  for (const [text, wanted] of table) {
    if (typeof wanted === 'string') t.equal(Buffer.from(parseName(text)).toString('hex'), wanted, text);
    else t.throws(() => parseName(text), wanted, text);
  }
  t.end();
});

t.test('every name comes back from its presentation form', (t) => {
  const random = makeRandom(3);
  for (let round = 0; round < 5000; round++) {
    const labels = Array.from({ length: random(6) }, () =>
      Uint8Array.from({ length: 1 + random(20) }, () => {
        const octet = random(256);
        return octet >= 65 && octet <= 90 ? octet + 32 : octet;
      }),
    );
    const wire = concat(
      ...labels.map((label) => concat(Uint8Array.of(label.length), label)),
      Uint8Array.of(0),
    );
    const text = nameToText(wire);
    if (Buffer.compare(parseName(text), wire) !== 0) t.fail(`${text} does not come back`);
    if (Buffer.compare(parseName(`${text === '.' ? '' : text}.`), wire) !== 0) t.fail(`${text}. does not`);
  }
  t.equal(nameToText(nameToWire('a.b.c.'), 2), 'b.c', 'from an offset');
  t.end();
});

function randomName(random: (below: number) => number): string {
  const labels = ['a', 'b', 'c', 'www', 'example', 'com', 'net', 'a.b'.replace('.', '\\.'), 'x-1'];
  return Array.from({ length: random(6) }, () => labels[random(labels.length)]).join('.');
}

t.test('a name table does as a Map does, also for the closest ancestor', (t) => {
  const random = makeRandom(4);
  const spell = (): string => {
    const labels = Array.from({ length: 1 + random(4) }, () => `l${random(30)}`);
    return labels.join('.');
  };
  const model = new Map<string, number>();
  const entries: [Uint8Array, number][] = [];
  for (let i = 0; i < 20_000; i++) {
    const name = random(2000) === 0 ? '' : spell();
    model.set(name, i);
    entries.push([nameToWire(`${name}.`), i]);
  }
  const table = new NameTable(entries);
  t.equal(table.size, model.size);
  let found = 0;
  for (let round = 0; round < 40_000; round++) {
    const labels = [...spell().split('.'), ...(random(4) === 0 ? spell().split('.') : [])];
    const view = viewOf(`${labels.join('.')}.`);
    const exact = model.get(labels.join('.')) ?? -1;
    if (table.find(view) !== exact) t.fail(`${labels.join('.')} is found otherwise`);
    const closest = labels.findIndex((_, label) => model.has(labels.slice(label).join('.')));
    const label = closest < 0 && model.has('') ? labels.length : closest;
    const wanted = label < 0 ? -1 : (model.get(labels.slice(label).join('.')) ?? -1);
    if (table.findClosest(view) !== wanted) t.fail(`${labels.join('.')} has another closest ancestor`);
    if (wanted >= 0 && table.label !== label) t.fail(`${labels.join('.')}: its ancestor starts elsewhere`);
    if (exact >= 0) found++;
  }
  t.ok(found > 1000, `${found} found`);
  t.equal(new NameTable([]).findClosest(viewOf('a.')), -1, 'an empty table');
  const deep = nameToWire('a.'.repeat(MAX_LABELS));
  t.equal(new NameTable([[deep, 5]]).find(viewOf('a.'.repeat(MAX_LABELS))), 5, 'the deepest name');
  t.end();
});

t.test('a dot inside a label is not a dot between labels', (t) => {
  const table = new NameTable([[parseName('a\\.example.com'), 1]]);
  t.equal(table.find(viewOf('a\\.example.com.')), 1);
  t.equal(table.findClosest(viewOf('a.example.com.')), -1);
  t.end();
});
