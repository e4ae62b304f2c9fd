// A list: its state, its sources, and what can be done with it.
import { useShell } from '../../hooks/shell.ts';
import type { Shell } from '../../hooks/shell.ts';
import type { ShownList, SourceCode } from '../../model/list-order.ts';
import { may } from '../../model/rights.ts';
import { Badge } from '../../parts/banner.tsx';
import { Button } from '../../parts/button.tsx';
import { Table } from '../../parts/table.tsx';
import { useId } from '../../preact.ts';

interface ListCardProps {
  readonly list: ShownList;
  readonly isBusy: boolean;
  readonly onUpdate: () => void;
  readonly onAccept: () => void;
}

const KIND_OF: Readonly<Record<SourceCode, 'done' | 'note' | 'warning' | 'error'>> = {
  ok: 'done',
  due: 'note',
  held: 'warning',
  failed: 'error',
  fetching: 'note',
  missing: 'error',
};

/** The card. */
export function ListCard({ list, isBusy, onUpdate, onAccept }: ListCardProps) {
  const shell = useShell();
  const { words, format, session } = shell;
  const id = useId();
  const columns = [
    { label: words.lists.source },
    { label: words.lists.state },
    { label: words.lists.entries, isNumber: true },
    { label: words.lists.age },
    { label: words.lists.due },
  ];
  return (
    <article class="card list" aria-labelledby={id}>
      <header>
        <h2 id={id}>{list.name}</h2>
        <Badge kind={KIND_OF[list.code]}>{words.lists.code[list.code]}</Badge>
        {list.observed !== undefined && <Badge kind="note">{words.lists.observe}</Badge>}
        <span class="soft">{words.lists.entriesOf(format.number(list.entries))}</span>
      </header>
      {list.observed !== undefined && <p>{words.lists.observed(format.number(list.observed))}</p>}
      <Table
        caption={list.name}
        columns={columns}
        rows={list.sources.map((source) => ({ key: source.source, cells: cellsOf(source, shell) }))}
      />
      {may(session, 'lists') && (
        <div class="buttons">
          {list.isHeld && (
            <Button kind="primary" about={list.name} onClick={onAccept}>
              {words.lists.accept}
            </Button>
          )}
          <Button about={list.name} isBusy={isBusy} onClick={onUpdate}>
            {words.lists.update}
          </Button>
        </div>
      )}
    </article>
  );
}

function cellsOf(source: ShownList['sources'][number], { words, format }: Shell) {
  const now = Date.now();
  const { code, state, entries, errors, skipped, fetchedAt, dueAt, isRead } = source;
  const isFile = source.source.startsWith('/');
  return [
    <span class="code">{source.source}</span>,
    <>
      <strong>{words.lists.code[code]}</strong>
      {state !== code && <span class="block">{state}</span>}
      {!isRead && <span class="block soft">{words.lists.notRead}</span>}
    </>,
    <>
      {format.number(entries)}
      {errors > 0 && <span class="block soft">{words.lists.errorsOf(format.number(errors))}</span>}
      {skipped > 0 && <span class="block soft">{words.lists.skippedOf(format.number(skipped))}</span>}
    </>,
    fetchedAt === undefined ? (
      isFile ? (
        words.lists.file
      ) : (
        words.lists.never
      )
    ) : (
      <time dateTime={fetchedAt} title={format.exact(Date.parse(fetchedAt))}>
        {format.away(Date.parse(fetchedAt), now)}
      </time>
    ),
    dueAt === undefined ? '–' : <time dateTime={dueAt}>{format.moment(Date.parse(dueAt), now)}</time>,
  ];
}
