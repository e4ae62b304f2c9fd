// A table; on a narrow screen each row is a card with its columns' names. The roles are written, since a browser drops them with the layout.
import type { ComponentChildren } from '../preact.ts';

/** A column. */
export interface Column {
  readonly label: string;
  readonly isNumber?: boolean;
}

/** A row; `key` is its own. */
interface Row {
  readonly key: string;
  readonly cells: readonly ComponentChildren[];
}

interface TableProps {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A table whose first cell heads its row. */
export function Table({ caption, columns, rows }: TableProps) {
  return (
    <table class="table" role="table">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ label, isNumber = false }) => (
            <th key={label} role="columnheader" scope="col" class={isNumber ? 'number' : undefined}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map(({ key, cells }) => (
          <tr key={key} role="row">
            {cells.map((cell, index) => cellOf(cell, index, columns[index]))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cellOf(cell: ComponentChildren, index: number, column: Column | undefined) {
  const kind = column?.isNumber === true ? 'number' : undefined;
  if (index === 0)
    return (
      <th key={index} role="rowheader" scope="row" class={kind}>
        {cell}
      </th>
    );
  return (
    <td key={index} role="cell" class={kind} data-label={column?.label}>
      <div>{cell}</div>
    </td>
  );
}
