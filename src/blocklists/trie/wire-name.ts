// The shape of a name that the trie reads and that lists are parsed into; dns/name-view.ts's NameView has it.

/** A lower-cased, uncompressed name in wire form, with its labels found. */
export interface WireName {
  /** Length octets and label octets, the root octet last; at most 255 are used. */
  readonly wire: Uint8Array;
  /** `[i]` is the offset in `wire` of the length octet of label i; label 0 is the leftmost. */
  readonly labelStart: Uint8Array;
  /** Labels without the root, 0 to 127. */
  readonly labelCount: number;
}

/** The labels of a name with dots between them, each octet one character; empty for the root. */
export function toNameText({ wire, labelStart, labelCount }: WireName): string {
  const octets = Buffer.from(wire.subarray(1, labelStart[labelCount]));
  for (let label = 1; label < labelCount; label++) octets[labelStart[label]! - 1] = 0x2e;
  return octets.toString('latin1');
}

/** Copies a name into arrays of its own length, which do not change. */
export function copyName({ wire, labelStart, labelCount }: WireName): WireName {
  return {
    wire: wire.slice(0, labelStart[labelCount]! + 1),
    labelStart: labelStart.slice(0, labelCount + 1),
    labelCount,
  };
}

/** A name that can be refilled without allocating: from list text by the name scanner, from wire form by `fromWire`. */
export class NameRoom implements WireName {
  readonly wire = new Uint8Array(255);
  readonly labelStart = new Uint8Array(128);
  labelCount = 0;

  /** Copies a valid uncompressed lower-case wire name; false when it is not one. */
  fromWire(name: Uint8Array): boolean {
    let at = 0;
    this.labelCount = 0;
    if (name.length > 255) return false;
    while (at < name.length && name[at] !== 0) {
      const length = name[at] ?? 0;
      if (length > 63) return false;
      this.labelStart[this.labelCount++] = at;
      at += 1 + length;
    }
    if (at !== name.length - 1) return false;
    this.wire.set(name);
    this.labelStart[this.labelCount] = at;
    return true;
  }
}
