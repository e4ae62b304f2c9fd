import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import t from 'tap';
import { compile } from '../../../../src/blocklists/compile.ts';
import { explain } from '../../../../src/blocklists/trie/explain.ts';
import {
  HEADER_OCTETS,
  HEADER_WORDS,
  HOT_SECTIONS,
  VERSION,
  WORD,
} from '../../../../src/blocklists/trie/image/image-layout.ts';
import { readImage } from '../../../../src/blocklists/trie/image/image-reader.ts';
import { Matches } from '../../../../src/blocklists/trie/matches.ts';
import type { Trie } from '../../../../src/blocklists/trie/trie.ts';
import { NameRoom } from '../../../../src/blocklists/trie/wire-name.ts';
import { makeRandom, toWire } from '../../../support/rule-model.ts';

const folder = t.testdir();
const good = join(folder, 'good.image');
const bad = join(folder, 'bad.image');
const out = new Matches();
const room = new NameRoom();

/** Compiles one source of so many names, `n0.example` on line 1 and so on. */
function compileNames(count: number, output = good): void {
  const file = join(folder, 'names.txt');
  writeFileSync(file, Array.from({ length: count }, (_, number) => `n${number}.example\n`).join(''));
  compile({
    output,
    key: `${count} names`,
    sources: [{ list: 'ads', source: 'names', file, format: 'domains' }],
  });
}

function matchesIn(trie: Trie, name: string): number {
  room.fromWire(toWire(name));
  trie.match(room, out);
  return out.count;
}

/** Reads the bad image, which has to be refused; gives the fault. */
async function faultOf(octets: Uint8Array): Promise<string> {
  writeFileSync(bad, octets);
  const result = await readImage(bad);
  if ('fault' in result) return result.fault;
  await result.trie.lines.close();
  return 'none';
}

/** Puts right all checksums, so that what is wrong has to be found by looking. */
function sealed(octets: Buffer): Buffer {
  const header = new Uint32Array(HEADER_WORDS);
  octets.copy(new Uint8Array(header.buffer), 0, 0, HEADER_OCTETS);
  let hotEnd = HEADER_OCTETS;
  for (let section = 0; section < HOT_SECTIONS; section++) {
    hotEnd = Math.ceil((hotEnd + (header[WORD.sections + section] ?? 0)) / 64) * 64;
  }
  header[WORD.hotChecksum] = crc32(octets.subarray(HEADER_OCTETS, hotEnd));
  header[WORD.coldChecksum] = crc32(octets.subarray(hotEnd));
  header[WORD.headerChecksum] = 0;
  header[WORD.headerChecksum] = crc32(new Uint8Array(header.buffer));
  return Buffer.concat([new Uint8Array(header.buffer), octets.subarray(HEADER_OCTETS)]);
}

t.test(
  'an image gives back the trie, what it was compiled from, and line numbers of its own generation',
  async (t) => {
    compileNames(5000);
    const result = await readImage(good);
    if ('fault' in result) throw new Error(result.fault);
    const { trie, meta } = result;
    t.match(meta, {
      key: '5000 names',
      sources: [{ list: 'ads', source: 'names', format: 'domains', entries: 5000 }],
    });
    t.equal(trie.entryCount, 5000);
    t.equal(matchesIn(trie, 'www.n4999.example'), 1);
    t.equal(matchesIn(trie, 'n5000.example'), 0);

    compileNames(10, join(folder, 'other.image'));
    renameSync(join(folder, 'other.image'), good);
    matchesIn(trie, 'n1234.example');
    t.same(await explain(trie, out), [{ depth: 2, source: 0, kind: 2, line: 1235 }]);
    await trie.lines.close();
  },
);

t.test('an image of any size loads, also where sections are empty or fill their room exactly', async (t) => {
  for (let count = 0; count < 100; count++) {
    compileNames(count);
    const result = await readImage(good);
    if ('fault' in result) throw new Error(result.fault);
    t.equal(result.trie.entryCount, count);
    t.equal(matchesIn(result.trie, `n${count - 1}.example`), count > 0 ? 1 : 0);
    await result.trie.lines.close();
  }
});

t.test('a file that is not there, or no image, is a fault that says so', async (t) => {
  t.match(await readImage(join(folder, 'absent')), { fault: /absent: ENOENT/ });
  t.match(await readImage(folder), { fault: /EISDIR|too short/ });
  t.match(await faultOf(new Uint8Array(0)), /too short/);
  t.match(await faultOf(Buffer.alloc(5000, 'x')), /is not an image/);
});

t.test('every single octet of the header and every truncation is noticed', async (t) => {
  compileNames(300);
  const image = readFileSync(good);
  for (let at = 0; at < HEADER_OCTETS; at++) {
    const broken = Buffer.from(image);
    broken[at] = (broken[at] ?? 0) ^ 0x41;
    if ((await faultOf(broken)) === 'none') t.fail(`octet ${at} of the header`);
  }
  for (let length = 0; length < image.length; length += 97) {
    if ((await faultOf(image.subarray(0, length))) === 'none') t.fail(`${length} octets`);
  }
  t.match(await faultOf(Buffer.concat([image, Buffer.alloc(64)])), /octets instead of/);
  for (const version of [VERSION - 1, VERSION + 1]) {
    const other = Buffer.from(image);
    other.writeUInt32LE(version, WORD.version * 4);
    t.match(await faultOf(other), `is of version ${version}, not ${VERSION}`);
  }
});

t.test('random octets in the sections are noticed, hot or cold', async (t) => {
  compileNames(300);
  const image = readFileSync(good);
  const random = makeRandom(11);
  for (let trial = 0; trial < 300; trial++) {
    const broken = Buffer.from(image);
    const at = HEADER_OCTETS + random(image.length - HEADER_OCTETS);
    broken[at] = (broken[at] ?? 0) ^ (1 + random(255));
    if ((await faultOf(broken)) === 'none') t.fail(`octet ${at}`);
  }
  t.pass('all noticed');
});

t.test('a wrong image with right checksums is refused, or can be walked without harm', async (t) => {
  compileNames(300);
  const image = readFileSync(good);
  const random = makeRandom(12);
  let refused = 0;
  for (let trial = 0; trial < 1500; trial++) {
    const broken = Buffer.from(image);
    // Half of the trials break the header's numbers, half the arrays.
    const at = trial % 2 === 0 ? 24 + random(64) : HEADER_OCTETS + random(image.length - HEADER_OCTETS);
    for (let octet = 0; octet < 1 + random(4); octet++) broken[at + octet] = random(256);
    writeFileSync(bad, sealed(broken));
    const result = await readImage(bad);
    if ('fault' in result) {
      refused++;
      continue;
    }
    for (const name of ['n1.example', 'x.n299.example', 'example', 'a.b.c.d.e.f']) {
      matchesIn(result.trie, name);
      for (let found = 0; found < out.count; found++) {
        if ((out.setIds[found] ?? 0) >= result.trie.setCount) t.fail(`set out of range in trial ${trial}`);
      }
      await explain(result.trie, out);
    }
    await result.trie.lines.close();
  }
  t.ok(refused > 500, `${refused} refused`);
});

t.test('an image that cannot be written leaves nothing behind and the old one in place', async (t) => {
  compileNames(20);
  t.throws(() => compileNames(30, join(folder, 'absent', 'x.image')), { code: 'ENOENT' });
  t.throws(() => compileNames(30, folder), { code: /EISDIR|ENOTEMPTY|EEXIST|EBUSY/ });
  const result = await readImage(good);
  if ('fault' in result) throw new Error(result.fault);
  t.equal(result.trie.entryCount, 20);
  await result.trie.lines.close();
});
