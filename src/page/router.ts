// Hash routes: `#/log?vlan=kids&blocked=true` to a view and its parameters and back. Pure; the rule: any text is a route, and one that
// is not known is Home.

/** The views, in the order of the navigation. */
export const VIEWS = ['home', 'log', 'why', 'lists', 'traffic', 'doctor', 'configuration'] as const;

/** A view by name. */
export type ViewName = (typeof VIEWS)[number];

/** What is shown. */
export interface Route {
  readonly view: ViewName;
  /** Those that are not empty. */
  readonly params: Readonly<Record<string, string>>;
}

/** Reads `location.hash`. */
export function toRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const view = VIEWS.find((name) => name === path);
  if (view === undefined) return { view: 'home', params: {} };
  const pairs = [...new URLSearchParams(query)].filter(([, value]) => value !== '');
  return { view, params: Object.fromEntries(pairs) };
}

/** The hash of a route; parameters that are undefined or empty are left out. */
export function toHash(view: ViewName, params: Readonly<Record<string, string | undefined>> = {}): string {
  const pairs = Object.entries(params).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, value] as [string, string]],
  );
  const query = new URLSearchParams(pairs).toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}
