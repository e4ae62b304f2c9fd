// Line numbers that stay in the image's file: two small reads for each name that is explained.
import type { FileHandle } from 'node:fs/promises';
import type { ImagePlan } from './image-layout.ts';
import type { LineNumbers } from './line-numbers.ts';

/** The line numbers of a trie that was read from an image. */
export class LinesInFile implements LineNumbers {
  readonly #handle: FileHandle;
  readonly #plan: ImagePlan;

  constructor(handle: FileHandle, plan: ImagePlan) {
    this.#handle = handle;
    this.#plan = plan;
  }

  async firstOfBucket(bucket: number): Promise<number> {
    const [first] = await this.#readWords(this.#plan.sections.bucketFirst.offset + bucket * 4, 1);
    return first ?? 0;
  }

  read(first: number, count: number): Promise<Uint32Array> {
    return this.#readWords(this.#plan.sections.lines.offset + first * 4, count);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #readWords(offset: number, count: number): Promise<Uint32Array> {
    const words = new Uint32Array(count);
    await this.#handle.read(new Uint8Array(words.buffer), 0, count * 4, offset);
    return words;
  }
}
