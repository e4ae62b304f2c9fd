// The rows that are held, as a feed (WAI-ARIA): Page Up and Page Down go from row to row. The rules: a row that is seen stays where it is
// when others come or go, and the focus is never lost with a row that goes.
import { useEffect, useLayoutEffect, useRef } from '../../preact.ts';
import type { ComponentChildren } from '../../preact.ts';
import type { LogRow, Side } from '../../model/log-window.ts';

interface FeedProps {
  readonly label: string;
  readonly rows: readonly LogRow[];
  readonly isBusy: boolean;
  /** Whether what is newest is seen; then it may move down. */
  readonly isAtTop: boolean;
  readonly onNear: (side: Side) => void;
  /** Whether a pointer or the focus is in it. */
  readonly onTouched: (isTouched: boolean) => void;
  readonly draw: (row: LogRow, place: number) => ComponentChildren;
}

/** The feed. */
export function Feed({ label, rows, isBusy, isAtTop, onNear, onTouched, draw }: FeedProps) {
  const feed = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ readonly row: Element; readonly top: number } | undefined>(undefined);
  const near = useRef(onNear);
  near.current = onNear;
  const hadFocus = feed.current?.contains(document.activeElement) === true;
  // Before the rows change: where the first row that is seen stands.
  anchor.current = isAtTop ? undefined : firstSeen(feed.current);
  useLayoutEffect(() => {
    const { current: seen } = anchor;
    if (seen?.row.isConnected === true) scrollBy(0, seen.row.getBoundingClientRect().top - seen.top);
    if (hadFocus && document.activeElement === document.body)
      feed.current?.querySelector('article')?.focus({ preventScroll: true });
  }, [rows[0]?.key, rows.at(-1)?.key]);
  useEffect(() => {
    const watch = () => {
      const box = feed.current?.getBoundingClientRect();
      if (box === undefined) return;
      if (box.bottom < innerHeight * 2) near.current('older');
      else if (box.top > -innerHeight && scrollY > 0) near.current('newer');
    };
    watch();
    addEventListener('scroll', watch, { passive: true });
    return () => removeEventListener('scroll', watch);
  }, [rows.at(-1)?.key]);
  const touched = useRef({ isPointed: false, hasFocus: false });
  const touch = (change: Partial<typeof touched.current>) => {
    Object.assign(touched.current, change);
    onTouched(touched.current.isPointed || touched.current.hasFocus);
  };
  useEffect(() => () => onTouched(false), []);
  return (
    <div
      ref={feed}
      class="feed"
      role="feed"
      aria-label={label}
      aria-busy={isBusy}
      onPointerEnter={() => touch({ isPointed: true })}
      onPointerLeave={() => touch({ isPointed: false })}
      onFocusIn={() => touch({ hasFocus: true })}
      onFocusOut={({ relatedTarget, currentTarget }) =>
        touch({ hasFocus: relatedTarget instanceof Node && currentTarget.contains(relatedTarget) })
      }
      onKeyDown={(event) => move(event, feed.current)}
    >
      {rows.map((row, index) => (
        <div key={row.key} role="presentation">
          {draw(row, index + 1)}
        </div>
      ))}
    </div>
  );
}

function firstSeen(feed: HTMLElement | null): { readonly row: Element; readonly top: number } | undefined {
  for (const row of feed?.children ?? []) {
    const { top, bottom } = row.getBoundingClientRect();
    if (bottom > 0) return { row, top };
  }
  return undefined;
}

function move(event: KeyboardEvent, feed: HTMLElement | null): void {
  const step = event.key === 'PageDown' ? 1 : event.key === 'PageUp' ? -1 : 0;
  if (step === 0 || feed === null) return;
  const articles = [...feed.querySelectorAll('article')];
  const at = articles.findIndex((article) => article.contains(document.activeElement));
  const next = articles[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
