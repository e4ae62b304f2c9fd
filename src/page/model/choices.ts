// Which choices a type-ahead offers for what was written so far. Pure.

/** Something that can be chosen. */
export interface Choice {
  /** What is written into the field. */
  readonly value: string;
  /** What it is called; default: the value. */
  readonly label?: string | undefined;
  /** What else there is to know. */
  readonly note?: string | undefined;
}

/** At most this many are offered. */
const MOST = 8;

/** Those that have the text in them, those that begin with it first; all of them for no text, at most eight. */
export function matchingChoices(choices: readonly Choice[], text: string, most = MOST): Choice[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return choices.slice(0, most);
  const ranked = choices.flatMap((choice) => {
    const rank = rankOf(choice, wanted);
    return rank === undefined ? [] : [{ choice, rank }];
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ choice }) => choice);
}

function rankOf({ value, label = '', note = '' }: Choice, wanted: string): number | undefined {
  const texts = [value, label, note].map((text) => text.toLowerCase());
  if (texts[0] === wanted) return 0;
  if (texts.slice(0, 2).some((text) => text.startsWith(wanted))) return 1;
  return texts.some((text) => text.includes(wanted)) ? 2 : undefined;
}
