// Writes a trie's image to another name, syncs and renames it, so that no reader ever sees half of one.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { AddressParts } from '../../addresses/address-table.ts';
import type { ImageMeta } from '../../compile-report.ts';
import { HEADER_WORDS, HOT_SECTIONS, MAGIC, planImage, SECTIONS, VERSION, WORD } from './image-layout.ts';
import type { FrozenTrie } from '../build/trie-freezer.ts';

/** What an image holds besides what it says about itself. */
export interface ImageContent {
  readonly frozen: FrozenTrie;
  readonly addresses: AddressParts | undefined;
}

/** Writes the image to `file` by way of `file + '.tmp'`. Throws what the file system says when it cannot. */
export function writeImage(file: string, content: ImageContent, meta: ImageMeta): void {
  if (endianness() !== 'LE') throw new Error('images are for little-endian hosts');
  const aside = `${file}.tmp`;
  try {
    writeWhole(aside, assemble(content, meta));
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
  syncFolder(dirname(file));
}

/** The image's parts in their order: header, sections, and the zeros between them. */
function assemble({ frozen, addresses }: ImageContent, meta: ImageMeta): Uint8Array[] {
  const { parts, bucketFirst, lines } = frozen;
  const { groupStart, bucketStart, setStart, members, pool } = parts;
  const metaText = new TextEncoder().encode(JSON.stringify(meta));
  const trieArrays = [groupStart, bucketStart, setStart, members, pool];
  const contents = [...trieArrays, ...addressArrays(addresses), metaText, bucketFirst, lines].map(toOctets);
  const sizes = contents.map((content) => content.length);
  const plan = planImage(sizes);
  const body: Uint8Array[] = [];
  const checksums = { hot: 0, cold: 0 };
  for (const [index, name] of SECTIONS.entries()) {
    const part = index < HOT_SECTIONS ? 'hot' : 'cold';
    const next = SECTIONS[index + 1];
    const { offset } = plan.sections[name];
    const content = contents[index] ?? new Uint8Array(0);
    const stop = next === undefined ? plan.end : plan.sections[next].offset;
    for (const piece of [content, new Uint8Array(stop - offset - content.length)]) {
      // zlib takes an empty array for none and would restart its checksum.
      if (piece.length === 0) continue;
      checksums[part] = crc32(piece, checksums[part]);
      body.push(piece);
    }
  }

  const header = new Uint32Array(HEADER_WORDS);
  header.set(MAGIC, WORD.magic);
  header[WORD.version] = VERSION;
  header[WORD.hotChecksum] = checksums.hot;
  header[WORD.coldChecksum] = checksums.cold;
  header[WORD.seed] = parts.seed;
  header[WORD.bucketBits] = parts.bucketBits;
  header[WORD.groupShift] = parts.groupShift;
  header[WORD.nodeCount] = parts.nodeCount;
  header[WORD.entryCount] = parts.entryCount;
  header[WORD.ruleCount] = parts.ruleCount;
  header.set(sizes, WORD.sections);
  header[WORD.headerChecksum] = crc32(toOctets(header));
  return [toOctets(header), ...body];
}

function addressArrays(addresses: AddressParts | undefined): Uint32Array[] {
  const nothing = new Uint32Array(0);
  const { setStart, members, first4, first6, links } = addresses ?? {};
  return [setStart, members, first4, first6, links].map((array) => array ?? nothing);
}

function toOctets(array: Uint8Array | Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function writeWhole(file: string, pieces: readonly Uint8Array[]): void {
  const descriptor = openSync(file, 'w', 0o644);
  try {
    for (const piece of pieces) {
      for (let done = 0; done < piece.length;) done += writeSync(descriptor, piece, done);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the rename survive a power cut. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
