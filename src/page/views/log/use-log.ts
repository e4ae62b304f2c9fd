// The log as a view holds it: pages at either side as they are wanted, and live rows. The rule: of two readings only the newest counts.
import type { HistoryFilter, LoggedQuery } from '../../../querylog/history.ts';
import { call, problemOf } from '../../api.ts';
import type { LiveState } from '../../events.ts';
import { useShell } from '../../hooks/shell.ts';
import { isExpired } from '../../hooks/use-call.ts';
import { useLive } from '../../hooks/use-live.ts';
import { liveFilter } from '../../model/log-filter.ts';
import { beginWindow, cursorAt, PAGE_ROWS, withLive, withPage } from '../../model/log-window.ts';
import type { LogWindow, Side } from '../../model/log-window.ts';
import { useEffect, useRef, useState } from '../../preact.ts';
import type { Problem } from '../../../web/web-routes.ts';

/** The log. */
export interface Log {
  readonly window: LogWindow | undefined;
  readonly problem: Problem | undefined;
  readonly isBusy: boolean;
  readonly live: LiveState;
  /** Reads from the newest on. */
  readonly restart: () => void;
  /** Reads a page more at a side, where there is one. */
  readonly more: (side: Side) => void;
}

/** Live rows that wait until the next drawing. */
const DRAW_MS = 250;

/** Holds the log; live rows come in where `takesLive`, else they are counted in `unseen` once there are many. */
export function useLog(filter: HistoryFilter, isLive: boolean): Log {
  const { onExpired } = useShell();
  const [held, setHeld] = useState<LogWindow | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [isBusy, setBusy] = useState(true);
  const reading = useRef<AbortController | undefined>(undefined);
  const came = useRef<LoggedQuery[]>([]);
  const key = JSON.stringify(filter);

  const read = (before: number | undefined, take: (page: Parameters<typeof beginWindow>[0]) => void) => {
    reading.current?.abort();
    const controller = new AbortController();
    reading.current = controller;
    setBusy(true);
    setProblem(undefined);
    call('GET /log', { ...filter, before, limit: PAGE_ROWS }, { signal: controller.signal })
      .then(
        (page) => {
          if (!controller.signal.aborted) take(page);
        },
        (error: unknown) => {
          if (controller.signal.aborted) return;
          if (isExpired(error)) onExpired();
          else setProblem(problemOf(error));
        },
      )
      .finally(() => {
        if (reading.current === controller) {
          reading.current = undefined;
          setBusy(false);
        }
      });
  };
  const restart = () => read(undefined, (page) => setHeld((before) => beginWindow(page, before?.live ?? [])));
  const more = (side: Side) => {
    const cursor = held === undefined ? undefined : cursorAt(held, side);
    if (cursor === undefined || reading.current !== undefined) return;
    read(cursor, (page) => setHeld((before) => before && withPage(before, side, page)));
  };

  const live = useLive(
    isLive ? { topics: ['log'], filter: liveFilter(filter) } : undefined,
    (name, value) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as WebEventName says
      if (name === 'query') came.current.push(value as LoggedQuery);
    },
  );
  useEffect(() => {
    setHeld(undefined);
    came.current = [];
    restart();
    const timer = setInterval(() => {
      const rows = came.current.splice(0);
      if (rows.length > 0) setHeld((before) => before && withLive(before, rows));
    }, DRAW_MS);
    return () => {
      clearInterval(timer);
      reading.current?.abort();
      reading.current = undefined;
    };
  }, [key]);
  return { window: held, problem, isBusy, live, restart, more };
}
