// The route that the address shows, and going to another.
import { useEffect, useState } from '../preact.ts';
import { toHash, toRoute } from '../router.ts';
import type { Route, ViewName } from '../router.ts';

/** The route; drawn anew when it changes. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = () => setHash(location.hash);
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return toRoute(hash);
}

/** Goes to a view; `isSame`: in place of what is shown, so that Back leaves it. */
export function goTo(
  view: ViewName,
  params: Readonly<Record<string, string | undefined>> = {},
  isSame = false,
): void {
  const hash = toHash(view, params);
  if (isSame) location.replace(hash);
  else location.hash = hash;
}
