// Changes at the desk from any view: done, told at the foot of the page with a way back, and the view reads anew.
import type { DeskTold, ToldEntry } from '../../api/told-desk.ts';
import type { DeskKind } from '../../desk/desk-entry.ts';
import type { ToldService } from '../../explain/told/services.ts';
import type { Problem } from '../../web/web-routes.ts';
import { useShell } from '../hooks/shell.ts';
import type { Notice, Shell } from '../hooks/shell.ts';
import { useAction } from '../hooks/use-call.ts';
import { labelOf } from '../model/subject.ts';
import { problemText } from '../parts/problem-text.ts';
import { useEffect } from '../preact.ts';

/** A change. */
export interface Order {
  readonly kind: DeskKind;
  /** Whom it is for, as the API takes it and in words. */
  readonly who: string;
  readonly label: string;
  /** Undefined for a pause. */
  readonly what?: string;
  /** Of what ends by itself, as the API takes it: `45m`. */
  readonly end?: string;
  readonly reason?: string;
}

/** The desk. */
export interface DeskActions {
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  /** A dialog opens or closes: what went wrong before is not about it. */
  readonly forget: () => void;
  readonly order: (order: Order, onDone?: (reply: DeskTold) => void) => void;
  readonly end: (entry: ToldEntry, onDone?: () => void) => void;
}

interface DeskUse {
  readonly services: readonly ToldService[];
  /** Something has changed. */
  readonly onChange: () => void;
  /** Whether a refusal is told at the foot of the page, for there is no dialog that shows it. */
  readonly tellsProblem: boolean;
}

/** Makes changes. */
export function useDesk({ services, onChange, tellsProblem }: DeskUse): DeskActions {
  const shell = useShell();
  const { words, notify } = shell;
  const { isBusy, problem, forget, run } = useAction();
  useEffect(() => {
    if (tellsProblem && problem !== undefined) notify({ kind: 'error', text: problemText(problem, words) });
  }, [tellsProblem, problem, words]);
  const end = (entry: ToldEntry, onDone?: () => void) =>
    run('POST /revoke', { who: entry.id }, () => {
      const what = labelOf(entry.what, services, words.home.everything);
      notify({ kind: 'done', text: words.done.ended(words.home.entry[entry.kind](what)) });
      onDone?.();
      onChange();
    });
  const order = (asked: Order, onDone?: (reply: DeskTold) => void) => {
    const { kind, who, what = '', end: until = '', reason = '' } = asked;
    run(`POST /${kind}`, { who, what, end: until, reason }, (reply) => {
      const [entry] = reply.entries;
      const way = entry === undefined ? undefined : { label: words.home.end, run: () => end(entry) };
      notify({ ...noticeOf(asked, reply, services, shell), action: way });
      onDone?.(reply);
      onChange();
    });
  };
  return { isBusy, problem, forget, order, end };
}

/** What came of it, in words. */
function noticeOf(
  { kind, label, what = '' }: Order,
  { entries, notKept }: DeskTold,
  services: readonly ToldService[],
  { words, format }: Shell,
): Notice {
  const name = labelOf(what, services, words.home.everything);
  const until = format.moment(Date.parse(entries[0]?.until ?? ''), Date.now());
  const text =
    kind === 'pause'
      ? words.done.pause(label, until)
      : kind === 'allow' || kind === 'block'
        ? words.done[kind](name, label)
        : words.done[kind](name, label, until);
  return notKept === undefined
    ? { kind: 'done', text }
    : { kind: 'warning', text: `${text} ${words.done.notKept(notKept)}` };
}
