// Each view with what draws it.
import type { JSX } from '../preact.ts';
import type { Route, ViewName } from '../router.ts';
import { Configuration } from './configuration.tsx';
import { Doctor } from './doctor.tsx';
import { Home } from './home.tsx';
import { Lists } from './lists.tsx';
import { Log } from './log.tsx';
import { Traffic } from './traffic.tsx';
import { Why } from './why.tsx';

/** Draws a view; `params` are those of its route. */
export type View = (props: { readonly params: Route['params'] }) => JSX.Element;

/** The views that there are. */
export const COMPONENTS: Readonly<Partial<Record<ViewName, View>>> = {
  home: Home,
  log: Log,
  why: Why,
  lists: Lists,
  traffic: Traffic,
  doctor: Doctor,
  configuration: Configuration,
};
