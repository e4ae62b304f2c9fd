// Loads an image: in chunks, so that queries are answered meanwhile, and checking everything that it says.
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { AddressTable } from '../../addresses/address-table.ts';
import type { ImageMeta } from '../../compile-report.ts';
import { ExpressionIndex } from '../../expressions/expression-index.ts';
import { isSystemError } from '../../../system/system-error.ts';
import { findAddressFault, findTrieFault } from './image-check.ts';
import { HEADER_OCTETS, HEADER_WORDS, MAGIC, planImage, SECTIONS, VERSION, WORD } from './image-layout.ts';
import type { ImagePlan, Section } from './image-layout.ts';
import type { TrieParts } from '../layout.ts';
import { LinesInFile } from './lines-in-file.ts';
import { MAX_BUCKET_BITS } from '../quotient.ts';
import { Trie } from '../trie.ts';

/** A loaded image, or what is wrong with the file. */
export type ImageResult = Image | { readonly fault: string };

/** What an image holds. */
interface Image {
  readonly trie: Trie;
  /** Prefixes of addresses in answers; absent where no list has any. */
  readonly addresses?: AddressTable;
  /** The expressions of `meta`, ready to be tried; absent where there are none. */
  readonly expressions?: ExpressionIndex;
  readonly meta: ImageMeta;
}

/** How much is read and checked at a time, in octets: 0.2 ms of checksum. */
const CHUNK = 1024 * 1024;

/** Ends reading early; the message becomes the result's fault. */
class ImageFault extends Error {}

/**
 * Reads and verifies an image. The trie keeps the file open for line numbers (`trie.lines.close()` closes it), so they
 * are those of its own generation even after the file has been replaced.
 */
export async function readImage(file: string): Promise<ImageResult> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    return await load(handle);
  } catch (error) {
    await handle?.close();
    if (error instanceof ImageFault || isSystemError(error)) return { fault: `${file}: ${error.message}` };
    throw error;
  }
}

async function load(handle: FileHandle): Promise<Image> {
  if (endianness() !== 'LE') throw new ImageFault('images are for little-endian hosts');
  const { size } = await handle.stat();
  const header = new Uint32Array(HEADER_WORDS);
  const got = await handle.read(new Uint8Array(header.buffer), 0, HEADER_OCTETS, 0);
  if (got.bytesRead < HEADER_OCTETS) throw new ImageFault('is too short for an image');
  const plan = checkHeader(header, size);

  const hot = new ArrayBuffer(plan.hotEnd - HEADER_OCTETS);
  const parts = toParts(header, plan, hot);
  // The line numbers are read while the records are looked at: 4 ms less for 1 M names.
  await Promise.all([
    readHot(
      handle,
      { from: HEADER_OCTETS, to: plan.hotEnd, checksum: header[WORD.hotChecksum]! },
      hot,
      parts,
    ),
    readChecked(handle, { from: plan.hotEnd, to: plan.end, checksum: header[WORD.coldChecksum]! }),
  ]);
  const meta = toMeta(plan, hot);
  const addresses = toAddresses(plan, hot);
  const expressions = toExpressions(meta);
  return {
    trie: new Trie(parts, new LinesInFile(handle, plan)),
    ...(addresses === undefined ? {} : { addresses }),
    ...(expressions === undefined ? {} : { expressions }),
    meta,
  };
}

/** A range of the file, and the checksum that it has to have. */
interface CheckedRange {
  readonly from: number;
  readonly to: number;
  readonly checksum: number;
}

async function readHot(
  handle: FileHandle,
  range: CheckedRange,
  hot: ArrayBuffer,
  parts: TrieParts,
): Promise<void> {
  await readChecked(handle, range, hot);
  const fault = await findTrieFault(parts);
  if (fault !== undefined) throw new ImageFault(`is damaged: ${fault}`);
}

/** Checks everything that the header says against the file's size and itself. */
function checkHeader(header: Uint32Array, size: number): ImagePlan {
  if (header[0] !== MAGIC[0] || header[1] !== MAGIC[1]) throw new ImageFault('is not an image of a trie');
  const version = header[WORD.version]!;
  if (version !== VERSION) throw new ImageFault(`is of version ${version}, not ${VERSION}`);
  const checksum = header[WORD.headerChecksum]!;
  header[WORD.headerChecksum] = 0;
  if (crc32(new Uint8Array(header.buffer)) !== checksum)
    throw new ImageFault('is damaged: wrong checksum of the header');

  const sizes = header.subarray(WORD.sections, WORD.sections + SECTIONS.length);
  const plan = planImage(sizes);
  if (plan.end !== size) throw new ImageFault(`has ${size} octets instead of ${plan.end}`);
  const bucketBits = header[WORD.bucketBits]!;
  const groupShift = header[WORD.groupShift]!;
  if (bucketBits > MAX_BUCKET_BITS || groupShift > 8)
    throw new ImageFault('is damaged: impossible bucket numbers');
  if (!areSizesRight(plan, { bucketBits, groupShift, ruleCount: header[WORD.ruleCount]! })) {
    throw new ImageFault('is damaged: sections of the wrong sizes');
  }
  return plan;
}

function areSizesRight(
  { sections }: ImagePlan,
  { bucketBits, groupShift, ruleCount }: Pick<TrieParts, 'bucketBits' | 'groupShift' | 'ruleCount'>,
): boolean {
  const buckets = 2 ** bucketBits;
  const { groupStart, bucketStart, setStart, members, pool, bucketFirst, lines } = sections;
  const { addressSetStart, addressMembers, addressFirst4, addressFirst6, addressLinks } = sections;
  return (
    addressSetStart.octets % 4 === 0 &&
    addressMembers.octets % 4 === 0 &&
    addressFirst4.octets % 4 === 0 &&
    addressFirst6.octets % 16 === 0 &&
    addressLinks.octets === addressFirst4.octets * 2 + addressFirst6.octets / 2 &&
    groupStart.octets === ((buckets >>> groupShift) + 1) * 4 &&
    bucketStart.octets === (buckets + 1) * 2 &&
    setStart.octets >= 4 &&
    setStart.octets % 4 === 0 &&
    members.octets % 4 === 0 &&
    pool.octets % 2 === 0 &&
    bucketFirst.octets === (buckets + 1) * 4 &&
    lines.octets === ruleCount * 4
  );
}

/** Reads a range in chunks, into `target` where there is one, and compares the checksum. */
async function readChecked(handle: FileHandle, range: CheckedRange, target?: ArrayBuffer): Promise<void> {
  const scratch = target === undefined ? new Uint8Array(Math.min(CHUNK, range.to - range.from)) : undefined;
  let checksum = 0;
  for (let at = range.from; at < range.to;) {
    const wanted = Math.min(CHUNK, range.to - at);
    const chunk = scratch?.subarray(0, wanted) ?? new Uint8Array(target!, at - range.from, wanted);
    const { bytesRead } = await handle.read(chunk, 0, wanted, at);
    if (bytesRead === 0) throw new ImageFault('ends too early');
    checksum = crc32(chunk.subarray(0, bytesRead), checksum);
    at += bytesRead;
  }
  if (checksum !== range.checksum) throw new ImageFault('is damaged: wrong checksum');
}

function toParts(header: Uint32Array, { sections }: ImagePlan, hot: ArrayBuffer): TrieParts {
  const halfWords = ({ offset, octets }: Section): Uint16Array =>
    new Uint16Array(hot, offset - HEADER_OCTETS, octets / 2);
  return {
    seed: header[WORD.seed]! | 0,
    bucketBits: header[WORD.bucketBits]!,
    groupShift: header[WORD.groupShift]!,
    nodeCount: header[WORD.nodeCount]!,
    entryCount: header[WORD.entryCount]!,
    ruleCount: header[WORD.ruleCount]!,
    groupStart: wordsOf(hot, sections.groupStart),
    bucketStart: halfWords(sections.bucketStart),
    setStart: wordsOf(hot, sections.setStart),
    members: wordsOf(hot, sections.members),
    pool: halfWords(sections.pool),
  };
}

function toAddresses({ sections }: ImagePlan, hot: ArrayBuffer): AddressTable | undefined {
  if (sections.addressLinks.octets === 0) return undefined;
  const parts = {
    setStart: wordsOf(hot, sections.addressSetStart),
    members: wordsOf(hot, sections.addressMembers),
    first4: wordsOf(hot, sections.addressFirst4),
    first6: wordsOf(hot, sections.addressFirst6),
    links: wordsOf(hot, sections.addressLinks),
  };
  const fault = findAddressFault(parts);
  if (fault !== undefined) throw new ImageFault(`is damaged: ${fault}`);
  return new AddressTable(parts);
}

/** Their syntax was checked when they were compiled; their numbers have to be those of the meta text. */
function toExpressions({ expressions = [] }: ImageMeta): ExpressionIndex | undefined {
  if (expressions.length === 0) return undefined;
  const index = new ExpressionIndex();
  for (const { text } of expressions) {
    const fault = index.add(text);
    if (fault !== undefined) throw new ImageFault(`has ${fault}`);
  }
  return index;
}

function wordsOf(hot: ArrayBuffer, { offset, octets }: Section): Uint32Array {
  return new Uint32Array(hot, offset - HEADER_OCTETS, octets / 4);
}

function toMeta({ sections }: ImagePlan, hot: ArrayBuffer): ImageMeta {
  const text = new TextDecoder().decode(
    new Uint8Array(hot, sections.meta.offset - HEADER_OCTETS, sections.meta.octets),
  );
  try {
    const meta: unknown = JSON.parse(text);
    if (isMeta(meta)) return meta;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ImageFault('is damaged: what it says about itself is not readable');
}

/** Checks the shape only: the text has a checksum, and this version's writer made it. */
function isMeta(meta: unknown): meta is ImageMeta {
  return (
    typeof meta === 'object' &&
    meta !== null &&
    'key' in meta &&
    typeof meta.key === 'string' &&
    'sources' in meta &&
    Array.isArray(meta.sources)
  );
}
