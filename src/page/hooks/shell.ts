// What every part of the page knows: who is logged in, the words, the format, the newest status, and how to tell something or go away.
import { createContext, useContext } from '../preact.ts';
import type { LiveState } from '../events.ts';
import type { ToldService } from '../../explain/told/services.ts';
import type { Status } from '../../status/status.ts';
import type { ToldSession } from '../../web/web-routes.ts';
import type { Format } from '../words/format.ts';
import type { Language, Words } from '../words/words.ts';

/** Something that is told once, at the foot of the page. */
export interface Notice {
  readonly kind: 'done' | 'warning' | 'error';
  readonly text: string;
  /** What can be done about it. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** What every part of the page knows. */
export interface Shell {
  readonly session: ToldSession;
  readonly language: Language;
  readonly words: Words;
  readonly format: Format;
  /** The newest one; undefined until the first has come. */
  readonly status: Status | undefined;
  readonly live: LiveState;
  /** All services; none until they have come. */
  readonly services: readonly ToldService[];
  readonly notify: (notice: Notice) => void;
  /** The session has ended: shows the log-in. */
  readonly onExpired: () => void;
}

const Context = createContext<Shell | undefined>(undefined);

/** Gives the shell to all that is inside. */
export const ShellProvider = Context.Provider;

/** The shell. */
export function useShell(): Shell {
  const shell = useContext(Context);
  if (shell === undefined) throw new Error('a part of the page stands outside of its shell');
  return shell;
}
