// A line that is typed without being shown: what keys do to it.

/** What has become of a line. */
export type SecretState = 'open' | 'done' | 'given up';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const CTRL_U = '\u0015';
const ERASE = new Set(['\b', '\u007F']);
/** What arrows and the like send. */
// oxlint-disable-next-line no-control-regex -- exactly that character is looked for
const FUNCTION_KEY = /\u001B(?:[[O][0-9;?]*[@-~])?/g;

const END = new Set(['\r', '\n']);

/** A line that grows by keys. */
export class SecretLine {
  #characters: string[] = [];
  #state: SecretState = 'open';

  get text(): string {
    return this.#characters.join('');
  }

  get state(): SecretState {
    return this.#state;
  }

  /** Takes what was typed or pasted; what comes behind the end of the line is left. Gives what is left. */
  type(keys: string): string {
    const characters = Array.from(keys.replaceAll(FUNCTION_KEY, ''));
    for (const [at, key] of characters.entries()) {
      if (END.has(key)) this.#state = 'done';
      else if (key === CTRL_C) this.#state = 'given up';
      // The end of the input, where nothing is typed yet.
      else if (key === CTRL_D) this.#state = this.#characters.length === 0 ? 'given up' : 'done';
      else if (key === CTRL_U) this.#characters = [];
      else if (ERASE.has(key)) this.#characters.pop();
      else if (key >= ' ') this.#characters.push(key);
      if (this.#state !== 'open') return characters.slice(at + 1).join('');
    }
    return '';
  }
}
