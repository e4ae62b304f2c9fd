// Text on its way to a terminal, a log or a page. The rule: text of outsiders (servers of lists, clients, files) may be
// shown, and may not control the terminal or page that shows it.

/**
 * Characters that move a terminal's cursor or change the order of reading: control characters of C0 (but tab and line feed), DEL
 * and C1, marks and overrides of direction, separators of lines, and the byte order mark.
 */
const STEERING =
  // oxlint-disable-next-line no-control-regex -- exactly the control characters are looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * The text with `\u009b` and the like in the place of such characters; tab and line feed stay. JSON means the same as before,
 * since it has them inside its strings only.
 */
export function toPrintable(text: string): string {
  return text.replaceAll(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
