// Figures for people: tables with aligned numbers, counts, shares and spans of time.

/** Lines in columns, `gap` blanks apart; the columns in `right`, counted from 0, are aligned right. */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number>, gap = 2): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return right.has(index) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString('en');
}

/** `37 %`, below one `0.4 %`, `-` for a whole of 0; 0 and 100 only where they are exact. */
export function shareText(part: number, whole: number): string {
  if (whole === 0) return '-';
  const percent = (part / whole) * 100;
  if (part === 0 || part === whole) return `${percent} %`;
  if (percent < 1) return percent < 0.1 ? '<0.1 %' : `${percent.toFixed(1)} %`;
  return percent > 99 ? '>99 %' : `${Math.round(percent)} %`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A span in its largest whole unit: `3 d`, `5 h`, `12 min`, `0 s`. */
export function spanText(ms: number): string {
  const [unit, unitMs] = UNITS.find(([, least]) => ms >= least) ?? ['s', 1000];
  return `${Math.max(0, Math.floor(ms / unitMs))} ${unit}`;
}
