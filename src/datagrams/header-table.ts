// An array of struct mmsghdr with the struct iovec that each needs, over memory for addresses and datagrams. All memory
// whose address the system is given is held here, or the garbage collector would free it while the system uses it.

import type { SystemCalls } from './system-calls.ts';

/** Memory cut into slots: slot i begins at i * stride. A slot may reach into those behind it. */
export interface Slots {
  readonly buffer: ArrayBuffer;
  readonly stride: number;
  /** Room in a slot. */
  readonly octets: number;
}

/** Headers [0, count). Header i has address slot i and datagram slot i. */
export class HeaderTable {
  /** [i] the address of header i, as the system calls take it: that header and all behind it. */
  readonly from: readonly Uint8Array[];
  /** The memory that the headers point to, held as long as they are. */
  readonly names: Slots;
  readonly datagrams: Slots;
  /** The headers as words. */
  readonly #words: Uint32Array;
  readonly #vectorWords: Uint32Array;
  /** Where each address slot lies: one or two words, low one first. */
  readonly #nameAddresses: Uint32Array;
  // Words in a header, in a vector and in a pointer, and in which word each field lies.
  readonly #header: number;
  readonly #vector: number;
  readonly #pointer: number;
  readonly #name: number;
  readonly #nameOctets: number;
  readonly #flags: number;
  readonly #received: number;
  readonly #length: number;

  constructor(calls: SystemCalls, count: number, names: Slots, datagrams: Slots) {
    const { header, vector, pointerOctets } = calls.layout;
    const headers = new DataView(new ArrayBuffer(count * header.octets));
    const vectors = new DataView(new ArrayBuffer(count * vector.octets));
    this.from = Array.from({ length: count }, (_, i) => new Uint8Array(headers.buffer, i * header.octets));
    this.#words = new Uint32Array(headers.buffer);
    this.#vectorWords = new Uint32Array(vectors.buffer);
    this.names = names;
    this.datagrams = datagrams;
    this.#header = header.octets / 4;
    this.#vector = vector.octets / 4;
    this.#pointer = pointerOctets / 4;
    this.#name = header.name / 4;
    this.#nameOctets = header.nameOctets / 4;
    this.#flags = header.flags / 4;
    this.#received = header.received / 4;
    this.#length = vector.length / 4;

    const addresses = new DataView(new ArrayBuffer(count * pointerOctets));
    this.#nameAddresses = new Uint32Array(addresses.buffer);
    const namesAt = calls.addressOf(names.buffer);
    const datagramsAt = calls.addressOf(datagrams.buffer);
    const vectorsAt = calls.addressOf(vectors.buffer);
    const write = (view: DataView, at: number, address: bigint): void => {
      if (pointerOctets === 8) view.setBigUint64(at, address, true);
      else view.setUint32(at, Number(address), true);
    };
    for (let i = 0; i < count; i++) {
      const at = i * header.octets;
      const vectorAt = i * vector.octets;
      write(addresses, i * pointerOctets, namesAt + BigInt(i * names.stride));
      write(headers, at + header.vector, vectorsAt + BigInt(vectorAt));
      headers.setUint32(at + header.vectorCount, 1, true);
      write(vectors, vectorAt + vector.start, datagramsAt + BigInt(i * datagrams.stride));
      this.useName(i, i);
      this.setNameOctets(i, names.octets);
      this.setLength(i, datagrams.octets);
    }
  }

  /** Octets that were received into datagram slot i. */
  received(i: number): number {
    return this.#words[i * this.#header + this.#received]!;
  }

  /** The MSG flags of what was received. */
  flags(i: number): number {
    return this.#words[i * this.#header + this.#flags]!;
  }

  /** Octets of the address: the room for it, and after receiving its length. */
  nameOctets(i: number): number {
    return this.#words[i * this.#header + this.#nameOctets]!;
  }

  /** Sets the octets of the address. */
  setNameOctets(i: number, octets: number): void {
    this.#words[i * this.#header + this.#nameOctets] = octets;
  }

  /** Sets the octets of the datagram: its length to send, or the room to receive. */
  setLength(i: number, octets: number): void {
    this.#vectorWords[i * this.#vector + this.#length] = octets;
  }

  /** The octets of the datagram that were set. */
  length(i: number): number {
    return this.#vectorWords[i * this.#vector + this.#length]!;
  }

  /** Lets header i have the address in slot `name`. */
  useName(i: number, name: number): void {
    for (let word = 0; word < this.#pointer; word++)
      this.#words[i * this.#header + this.#name + word] = this.#nameAddresses[name * this.#pointer + word]!;
  }
}
