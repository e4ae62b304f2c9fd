// The names of one message as nodes of a tree: equal names are the same number. Each label is read once however many
// pointers lead to it, so that the cost is bounded by the message's octets.
import { HEADER_OCTETS, MAX_MESSAGE_OCTETS } from './message.ts';
import { FOLD_CASE, MAX_LABEL_OCTETS, MAX_LABELS, MAX_NAME_OCTETS } from './name-view.ts';

/** The node of the root. */
const ROOT_NODE = 0;

/** In the place of a node: there is no valid name. */
export const NO_NAME = -1;

const POINTER = 0xc0;

/** Offsets that a pointer can lead to. */
const REACH = 0x4000;

/** The most pointers a name can have without a circle: all that fit within a pointer's reach, and one behind it. */
const MAX_HOPS = REACH / 2 + 1;

/** A node takes two octets of the message or more. */
const MAX_NODES = (MAX_MESSAGE_OCTETS >>> 1) + 2;
const SLOTS = 0x1_0000;

/** Random per process, so that nobody outside can choose labels that collide. */
const SEED = crypto.getRandomValues(new Int32Array(1))[0]!;

/** The names of one message at a time; its scratch, some 600 KB, is reused. Nodes are numbered from the root, 0. */
export class MessageNames {
  /** Nodes so far. */
  count = 1;
  /** Labels and pointers read since begin(): a measure of the work. */
  steps = 0;
  /** [node] the name without its first label. */
  readonly parents = new Uint16Array(MAX_NODES);
  /** [node] where the message has its first label. */
  readonly labels = new Uint16Array(MAX_NODES);
  /** [node] octets of the name in wire form. */
  readonly octets = new Uint8Array(MAX_NODES);
  #message: Uint8Array = new Uint8Array(0);
  #length = 0;
  readonly #hashes = new Int32Array(MAX_NODES);
  readonly #slotOf = new Uint16Array(MAX_NODES);
  /** Node per slot, 0 = free. */
  readonly #slots = new Uint16Array(SLOTS);
  /** [offset] the node of the name that starts there + 1, 0 = not read yet ... */
  readonly #nodeAt = new Uint16Array(REACH);
  /** ... and where its first label stands, or the root octet. */
  readonly #labelAt = new Uint16Array(REACH);
  /** The labels of the name being read, and its pointers, each with the number of labels before it. */
  readonly #run = new Uint16Array(MAX_LABELS);
  readonly #hops = new Uint16Array(MAX_HOPS);
  readonly #hopLabels = new Uint8Array(MAX_HOPS);

  constructor() {
    this.octets[ROOT_NODE] = 1;
  }

  /** Begins another message, of `length` octets. */
  begin(message: Uint8Array, length: number): void {
    for (let node = 1; node < this.count; node++) this.#slots[this.#slotOf[node]!] = 0;
    this.#nodeAt.fill(0, 0, Math.min(this.#length, REACH));
    this.#message = message;
    this.#length = length;
    this.count = 1;
    this.steps = 0;
  }

  /**
   * Gives the node of the name at an offset, or NO_NAME. A pointer leads strictly backwards (RFC 1035 section 4.1.4), never into
   * the header. Whether a name is valid does not depend on those read before.
   */
  read(offset: number): number {
    const message = this.#message;
    const end = this.#length;
    let at = offset;
    let labels = 0;
    let hops = 0;
    for (;;) {
      this.steps++;
      if (at >= end) return NO_NAME;
      if (at < REACH && this.#nodeAt[at] !== 0) {
        return this.#remember(labels, hops, this.#nodeAt[at]! - 1, this.#labelAt[at]!);
      }
      const octets = message[at]!;
      if (octets === 0) {
        this.#note(at, ROOT_NODE, at);
        return this.#remember(labels, hops, ROOT_NODE, at);
      }
      if (octets <= MAX_LABEL_OCTETS) {
        if (labels === MAX_LABELS || at + octets >= end) return NO_NAME;
        this.#run[labels++] = at;
        at += octets + 1;
        continue;
      }
      if (octets < POINTER || at + 1 >= end || hops === MAX_HOPS) return NO_NAME;
      const target = ((octets & 0x3f) << 8) | message[at + 1]!;
      if (target >= at || target < HEADER_OCTETS) return NO_NAME;
      this.#hops[hops] = at;
      this.#hopLabels[hops++] = labels;
      at = target;
    }
  }

  /**
   * The octets that the name at an offset takes in full, or NO_NAME where read() gives that: quicker where nobody asks which name
   * it is, since only what pointers lead to is kept.
   */
  measure(offset: number): number {
    const message = this.#message;
    const end = this.#length;
    let at = offset;
    while (at < end) {
      this.steps++;
      const octets = message[at]!;
      if (octets > MAX_LABEL_OCTETS) {
        const rest = this.read(at);
        if (rest === NO_NAME) return NO_NAME;
        const whole = at - offset + this.octets[rest]!;
        return whole <= MAX_NAME_OCTETS ? whole : NO_NAME;
      }
      at += octets + 1;
      if (at - offset > MAX_NAME_OCTETS) return NO_NAME;
      if (octets === 0) return at - offset;
    }
    return NO_NAME;
  }

  /** Writes a name that was read out in full, spelt as it is there; gives the offset behind it. */
  writeOut(offset: number, target: Uint8Array, start: number): number {
    const message = this.#message;
    let at = offset;
    let to = start;
    for (;;) {
      const octets = message[at]!;
      if (octets >= POINTER) {
        at = this.#labelAt[((octets & 0x3f) << 8) | message[at + 1]!]!;
        continue;
      }
      for (let i = 0; i <= octets; i++) target[to + i] = message[at + i]!;
      to += octets + 1;
      at += octets + 1;
      if (octets === 0) return to;
    }
  }

  /** Makes nodes of the labels just gone through, from the last leftwards; `label` is where the known rest of the name starts. */
  #remember(labels: number, hops: number, rest: number, label: number): number {
    let node = rest;
    let start = label;
    let hop = hops - 1;
    for (let i = labels; ; i--) {
      // Pointers behind the first i labels lead to what is known so far.
      for (; hop >= 0 && this.#hopLabels[hop] === i; hop--) this.#note(this.#hops[hop]!, node, start);
      if (i === 0) break;
      start = this.#run[i - 1]!;
      node = this.#nodeOf(node, start);
      if (node === NO_NAME) return NO_NAME;
      this.#note(start, node, start);
    }
    return node;
  }

  #note(offset: number, node: number, label: number): void {
    if (offset >= REACH) return;
    this.#nodeAt[offset] = node + 1;
    this.#labelAt[offset] = label;
  }

  /** The node of a label before a known name: the one there is, or a new one; NO_NAME where the name would be too long. */
  #nodeOf(parent: number, label: number): number {
    const message = this.#message;
    const stop = label + message[label]!;
    if (this.octets[parent]! + message[label]! + 1 > MAX_NAME_OCTETS) return NO_NAME;
    let hash = Math.imul(parent + 1, 0x9e37_79b1) ^ SEED;
    for (let at = label; at <= stop; at++) {
      hash = Math.imul(hash ^ FOLD_CASE[message[at]!]!, 0x85eb_ca6b);
      hash ^= hash >>> 15;
    }
    let slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    for (;;) {
      const known = this.#slots[slot]!;
      if (known === 0) break;
      if (this.#hashes[known] === hash && this.#isLabel(known, parent, label)) return known;
      slot = (slot + 1) & (SLOTS - 1);
    }
    const node = this.count++;
    this.parents[node] = parent;
    this.labels[node] = label;
    this.octets[node] = this.octets[parent]! + message[label]! + 1;
    this.#hashes[node] = hash;
    this.#slots[slot] = node;
    this.#slotOf[node] = slot;
    return node;
  }

  #isLabel(node: number, parent: number, label: number): boolean {
    if (this.parents[node] !== parent) return false;
    const message = this.#message;
    const other = this.labels[node]!;
    const octets = message[label]!;
    for (let i = 0; i <= octets; i++)
      if (FOLD_CASE[message[label + i]!] !== FOLD_CASE[message[other + i]!]) return false;
    return true;
  }
}

/** For use between two pauses: begin() first. */
export const messageNames = new MessageNames();
