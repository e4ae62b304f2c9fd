// News of the server while a part of the page is drawn: a stream that sleeps and wakes with the page.
import { Live } from '../events.ts';
import type { LiveState } from '../events.ts';
import { useEffect, useRef, useState } from '../preact.ts';
import type { WebEventName } from '../../web/web-routes.ts';

/** What is followed. */
export interface Followed {
  /** `status` is always told, so that a stream is never silent. */
  readonly topics: readonly ('status' | 'log')[];
  /** With `log`: the filter of `GET /log`. */
  readonly filter?: Readonly<Record<string, string>>;
}

/** Follows; undefined: nothing is followed. */
export function useLive(
  followed: Followed | undefined,
  onEvent: (name: WebEventName, value: unknown) => void,
): LiveState {
  const [state, setState] = useState<LiveState>('opening');
  const listener = useRef(onEvent);
  listener.current = onEvent;
  const query = followed === undefined ? undefined : toQuery(followed);
  useEffect(() => {
    if (query === undefined) return undefined;
    const live = new Live({
      open: () => new EventSource(`/api/v1/events?${query}`),
      onEvent: (name, value) => listener.current(name, value),
      onState: setState,
      now: () => Date.now(),
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
    });
    const onVisibility = () => (document.hidden ? live.sleep() : live.wake());
    const onWake = () => live.wake();
    document.addEventListener('visibilitychange', onVisibility);
    addEventListener('online', onWake);
    addEventListener('pageshow', onWake);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('online', onWake);
      removeEventListener('pageshow', onWake);
      live.close();
    };
  }, [query]);
  return state;
}

function toQuery({ topics, filter = {} }: Followed): string {
  const all = [...new Set(['status', ...topics])].join(',');
  return new URLSearchParams({ ...filter, topics: all }).toString();
}
