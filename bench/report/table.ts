// Markdown tables that are readable as plain text.

/** A table: cells as text; the first column is words, the others are figures. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Writes a table, all columns as wide as their widest cell, figures to the right. */
export function formatTable({ head, rows }: Table, words = 1): string {
  const widths = head.map((cell, column) =>
    Math.max(3, ...[cell, ...rows.map((row) => row[column] ?? '')].map((text) => text.length)),
  );
  const pad = (text: string, column: number): string =>
    column < words ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const line = (row: readonly string[]): string =>
    `| ${widths.map((_, column) => pad(row[column] ?? '', column)).join(' | ')} |\n`;
  const rule = widths.map((width, column) =>
    column < words ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(' | ')} |\n`, ...rows.map(line)].join('');
}

/** The table without columns that have nothing in any row. */
export function withoutEmptyColumns({ head, rows }: Table): Table {
  const isUsed = head.map((_, column) => rows.some((row) => (row[column] ?? '') !== ''));
  const used = (row: readonly string[]): string[] => row.filter((_, column) => isUsed[column] === true);
  return { head: used(head), rows: rows.map(used) };
}

/** A number with this many decimals and separated thousands. */
export function formatNumber(value: number, decimals: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
