// Log: each query with why, the newest first, live while nobody reads in it. The rule: what is read, pointed at or has the focus stays
// where it is, so that no button moves away under a finger; what comes meanwhile waits behind a button.
import { useDesk } from '../desk/use-desk.ts';
import type { Order } from '../desk/use-desk.ts';
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { toFilter } from '../model/log-filter.ts';
import type { FilterParams } from '../model/log-filter.ts';
import { cursorAt, isFilling, rowsOf } from '../model/log-window.ts';
import type { LogRow, LogWindow } from '../model/log-window.ts';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/heading.tsx';
import { Busy, Empty, Refused } from '../parts/states.tsx';
import { useEffect, useRef, useState } from '../preact.ts';
import { Feed } from './log/feed.tsx';
import { Filters } from './log/filters.tsx';
import { LogRowView } from './log/log-row.tsx';
import type { RowOutcome } from './log/log-row.tsx';
import { useLog } from './log/use-log.ts';
import type { Log as HeldLog } from './log/use-log.ts';

/** Log; its parameters are those of its filter. */
export function Log({ params }: { readonly params: FilterParams }) {
  const { words, session } = useShell();
  if (!session.hasLog)
    return (
      <>
        <Heading text={words.log.title} />
        <Empty>{words.log.off}</Empty>
      </>
    );
  const key = JSON.stringify(params);
  return (
    <>
      <Heading text={words.log.title} />
      <Filters key={`filter ${key}`} params={params} />
      <Reading key={key} params={params} />
    </>
  );
}

function Reading({ params }: { readonly params: FilterParams }) {
  const { words, session, format } = useShell();
  const [isPaused, setPaused] = useState(false);
  const [isTouched, setTouched] = useState(false);
  const isReading = !useIsAtTop() || isPaused || isTouched;
  const filter = toFilter(params, session.timeZone);
  const log = useLog(filter, filter.untilMs === undefined);
  const shown = useShown(log, isReading);
  const bar = useRef<HTMLDivElement>(null);
  const waiting = log.window === undefined || shown === undefined ? 0 : newOnes(log.window) - newOnes(shown);
  const toTop = () => {
    setPaused(false);
    scrollTo(0, 0);
    log.restart();
    // The button that was pressed goes.
    bar.current?.querySelector('button')?.focus();
  };
  return (
    <>
      <div ref={bar} class="log-bar buttons">
        <Button onClick={() => setPaused(!isPaused)}>{isPaused ? words.log.resume : words.log.pause}</Button>
        {waiting > 0 && (
          <Button kind="primary" onClick={toTop}>
            {words.log.waiting(format.number(waiting))}
          </Button>
        )}
      </div>
      <Refused problem={log.problem} again={log.restart} />
      {shown !== undefined && (
        <Rows log={log} rows={rowsOf(shown)} isAtTop={!isReading} onTouched={setTouched} />
      )}
      {shown === undefined && log.problem === undefined && <Busy />}
    </>
  );
}

/** What is drawn: while somebody reads, live rows wait, and those that were drawn stay. */
function useShown(log: HeldLog, isReading: boolean): LogWindow | undefined {
  const [kept, setKept] = useState<LogWindow | undefined>(undefined);
  useEffect(() => {
    if (!isReading) setKept(log.window);
  }, [isReading, log.window]);
  const isBehind = !isReading && log.window !== undefined && isFilling(log.window);
  useEffect(() => {
    if (!isBehind) return undefined;
    // The recorder writes what came within a second: then the log has what was not held here.
    const timer = setTimeout(log.restart, CATCH_UP_MS);
    return () => clearTimeout(timer);
  }, [isBehind]);
  return log.window && { ...log.window, ...(isReading ? drawnOf(kept) : {}) };
}

function newOnes({ live, unseen }: LogWindow): number {
  return live.length + unseen;
}

const CATCH_UP_MS = 1000;

/** The live rows as they were drawn. */
function drawnOf(kept: LogWindow | undefined): Pick<LogWindow, 'live' | 'unseen'> {
  return { live: kept?.live ?? [], unseen: kept?.unseen ?? 0 };
}

interface RowsProps {
  readonly log: HeldLog;
  readonly rows: readonly LogRow[];
  readonly isAtTop: boolean;
  readonly onTouched: (isTouched: boolean) => void;
}

function Rows({ log, rows, isAtTop, onTouched }: RowsProps) {
  const { words } = useShell();
  const allowances = useCall('GET /grants', {}).reply?.allowances ?? [];
  const [acting, setActing] = useState('');
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, RowOutcome>>(new Map());
  const desk = useDesk({ services: [], onChange: () => undefined, tellsProblem: false });
  const tell = (key: string, outcome: RowOutcome) =>
    setOutcomes((before) => new Map([...before, [key, outcome] as const].slice(-MOST_OUTCOMES)));
  const order = (key: string, asked: Order) => {
    setActing(key);
    desk.order(asked, ({ entries }) => tell(key, { text: words.log.did[asked.kind], entry: entries[0] }));
  };
  const undo = (key: string) => {
    const entry = outcomes.get(key)?.entry;
    setActing(key);
    if (entry !== undefined) desk.end(entry, () => tell(key, { text: words.log.undone, entry: undefined }));
  };
  const hasOlder = log.window !== undefined && cursorAt(log.window, 'older') !== undefined;
  if (rows.length === 0) return <Empty>{words.log.empty}</Empty>;
  return (
    <>
      <Feed
        label={words.log.title}
        rows={rows}
        isBusy={log.isBusy}
        isAtTop={isAtTop}
        onNear={log.more}
        onTouched={onTouched}
        draw={({ key, query }, place) => (
          <LogRowView
            query={query}
            place={place}
            allowances={allowances}
            isBusy={desk.isBusy}
            outcome={outcomes.get(key)}
            onOrder={(asked) => order(key, asked)}
            onUndo={() => undo(key)}
          >
            {acting === key && <Refused problem={desk.problem} />}
          </LogRowView>
        )}
      />
      <div class="log-end">
        {hasOlder ? (
          <Button isBusy={log.isBusy} onClick={() => log.more('older')}>
            {words.log.older}
          </Button>
        ) : (
          <p class="soft">{words.log.end}</p>
        )}
      </div>
    </>
  );
}

/** Outcomes that are remembered. */
const MOST_OUTCOMES = 50;

function useIsAtTop(): boolean {
  const [isAtTop, setAtTop] = useState(true);
  useEffect(() => {
    const onScroll = () => setAtTop(scrollY < 200);
    addEventListener('scroll', onScroll, { passive: true });
    return () => removeEventListener('scroll', onScroll);
  }, []);
  return isAtTop;
}
