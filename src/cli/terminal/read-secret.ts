// Reads a password: from the terminal, twice and without showing it, or one line of standard input where that is no terminal.
import type { Readable } from 'node:stream';
import { SecretLine } from './secret-line.ts';

/** Enough for every password that is taken. */
const MOST_OCTETS = 4096;

/** Ctrl-C: nobody types any more. */
const TERMINAL_GONE = '\u0003';

/** Where a password comes from, and where it is asked for. */
export interface SecretSource {
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  /** Shows something to who types; not part of what the command prints. */
  readonly ask: (text: string) => void;
}

/** Gives the password; throws an Error that says what to do where there is none. */
export async function readNewPassword({ input, ask }: SecretSource): Promise<string> {
  if (input.isTTY !== true) return readLine(input);
  const typed = new TypedLines(input, ask);
  try {
    const first = await typed.next('Password: ');
    if ((await typed.next('Again: ')) === first) return first;
    throw new Error('the two are not the same; try again');
  } finally {
    typed.close();
  }
}

async function readLine(input: Readable): Promise<string> {
  let text = '';
  for await (const part of input.setEncoding('utf8')) {
    text += String(part);
    if (text.includes('\n') || text.length > MOST_OCTETS) break;
  }
  const [line = ''] = text.split(/\r?\n/, 1);
  return line;
}

/** Lines that are typed at a terminal which shows none of it. */
class TypedLines {
  readonly #input: SecretSource['input'];
  readonly #ask: SecretSource['ask'];
  #rest = '';

  constructor(input: SecretSource['input'], ask: SecretSource['ask']) {
    this.#input = input;
    this.#ask = ask;
    input.setEncoding('utf8');
    input.setRawMode?.(true);
  }

  async next(prompt: string): Promise<string> {
    this.#ask(prompt);
    const line = new SecretLine();
    this.#rest = line.type(this.#rest);
    while (line.state === 'open') this.#rest = line.type(await this.#read());
    this.#ask('\n');
    if (line.state === 'given up') throw new Error('nothing was changed');
    return line.text;
  }

  #read(): Promise<string> {
    const input = this.#input;
    return new Promise((resolve) => {
      const done = (keys: string): void => {
        input.off('data', take).off('end', end).pause();
        resolve(keys);
      };
      const take = (keys: unknown): void => done(String(keys));
      const end = (): void => done(TERMINAL_GONE);
      input.on('data', take).once('end', end).resume();
    });
  }

  close(): void {
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }
}
