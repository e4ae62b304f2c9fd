// The words of the page in the language of whoever reads. The rule: en.ts is the table, and every other language has all of it or does
// not compile.
import { de } from './de.ts';
import { en } from './en.ts';
import type { Words } from './en.ts';

export type { Words } from './en.ts';

/** The languages, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;

/** A language. */
export type Language = keyof typeof LANGUAGES;

const TABLES: Readonly<Record<Language, Words>> = { en, de };

/** The words of a language. */
export function wordsOf(language: Language): Words {
  return TABLES[language];
}

/** Whether a text is a language that there are words for. */
export function isLanguage(text: unknown): text is Language {
  return typeof text === 'string' && Object.hasOwn(LANGUAGES, text);
}

/** The language that was chosen, or the first that somebody reads; English where there is none. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** The locale of dates and numbers: the first of the language that somebody prefers, such as en-GB. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.slice(0, 2).toLowerCase() === language) ?? language;
}
