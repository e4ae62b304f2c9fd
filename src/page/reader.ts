// Who reads the page: the language, and how times and numbers are written for them.
import type { Format } from './words/format.ts';
import type { Language, Words } from './words/words.ts';

/** A reader. */
export interface Reader {
  readonly language: Language;
  /** Of dates and numbers, such as en-GB. */
  readonly locale: string;
  readonly words: Words;
  readonly format: Format;
  readonly onLanguage: (language: Language) => void;
}
