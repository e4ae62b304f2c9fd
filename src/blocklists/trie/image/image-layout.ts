// The image: a trie, and the prefixes of addresses, as a file that is read into memory unchanged. Little-endian; a big-endian
// host refuses it.

/**
 * The header, 32 words of 32 bits; sections follow in this order, each on a multiple of 64 octets:
 *
 * | word  | meaning                                                                 |
 * |-------|-------------------------------------------------------------------------|
 * | 0–1   | `VLAN`, `DNST`                                                          |
 * | 2     | version of this layout                                                  |
 * | 3     | CRC-32 of the header with this word 0                                   |
 * | 4     | CRC-32 of the hot sections with what lies between them                  |
 * | 5     | CRC-32 of the cold sections with what lies between them                 |
 * | 6–8   | seed, bucket bits, group shift                                          |
 * | 9–11  | nodes, entries, rules                                                   |
 * | 12–24 | octets of each section, in the order of `SECTIONS`                       |
 * | 25–31 | 0                                                                       |
 *
 * The hot sections (up to the meta text) are read into one buffer; the cold ones stay on disk.
 */
export const HEADER_WORDS = 32;
export const HEADER_OCTETS = HEADER_WORDS * 4;
export const MAGIC = [0x4e414c56, 0x54534e44] as const;
export const VERSION = 2;

/** Places in the header, counted in words. */
export const WORD = {
  magic: 0,
  version: 2,
  headerChecksum: 3,
  hotChecksum: 4,
  coldChecksum: 5,
  seed: 6,
  bucketBits: 7,
  groupShift: 8,
  nodeCount: 9,
  entryCount: 10,
  ruleCount: 11,
  sections: 12,
} as const;

/** The sections by name, in the order of the file. */
export const SECTIONS = [
  'groupStart',
  'bucketStart',
  'setStart',
  'members',
  'pool',
  'addressSetStart',
  'addressMembers',
  'addressFirst4',
  'addressFirst6',
  'addressLinks',
  'meta',
  'bucketFirst',
  'lines',
] as const;

/** How many of the sections are hot. */
export const HOT_SECTIONS = 11;

/** Where a section lies in the file. */
export interface Section {
  readonly offset: number;
  readonly octets: number;
}

type SectionName = (typeof SECTIONS)[number];

/** Where the sections of such sizes lie, and where the hot ones and the file end. */
export interface ImagePlan {
  readonly sections: Readonly<Record<SectionName, Section>>;
  readonly hotEnd: number;
  readonly end: number;
}

/** Lays the sections out; sizes in the order of `SECTIONS`. */
export function planImage(sizes: ArrayLike<number>): ImagePlan {
  const nowhere: Section = { offset: 0, octets: 0 };
  const sections: Record<SectionName, Section> = {
    groupStart: nowhere,
    bucketStart: nowhere,
    setStart: nowhere,
    members: nowhere,
    pool: nowhere,
    addressSetStart: nowhere,
    addressMembers: nowhere,
    addressFirst4: nowhere,
    addressFirst6: nowhere,
    addressLinks: nowhere,
    meta: nowhere,
    bucketFirst: nowhere,
    lines: nowhere,
  };
  let offset = HEADER_OCTETS;
  let hotEnd = 0;
  for (const [index, name] of SECTIONS.entries()) {
    const octets = sizes[index] ?? 0;
    sections[name] = { offset, octets };
    offset = Math.ceil((offset + octets) / 64) * 64;
    if (index === HOT_SECTIONS - 1) hotEnd = offset;
  }
  return { sections, hotEnd, end: offset };
}
