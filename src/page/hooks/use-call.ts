// A reading of the API as a state of a view: loading, there, or not to be had. What was there stays while it is read anew.
import { call, CallError, problemOf } from '../api.ts';
import type { CallName, CallReply, CallRequest } from '../api.ts';
import { useEffect, useRef, useState } from '../preact.ts';
import type { Problem } from '../../web/web-routes.ts';
import { useShell } from './shell.ts';

/** A reading. */
export interface Reading<Reply> {
  /** The newest that came, also while it is read anew or failed since. */
  readonly reply: Reply | undefined;
  /** Why the last reading came to nothing. */
  readonly problem: Problem | undefined;
  readonly isBusy: boolean;
  /** Reads anew. */
  readonly again: () => void;
}

interface Got<Reply> {
  readonly key: string;
  readonly reply: Reply | undefined;
  readonly problem: Problem | undefined;
}

/** Reads at first and whenever the request changes; undefined: nothing is read. */
export function useCall<Name extends CallName>(
  name: Name,
  request: CallRequest<Name> | undefined,
): Reading<CallReply<Name>> {
  const { onExpired } = useShell();
  const [turn, setTurn] = useState(0);
  const [got, setGot] = useState<Got<CallReply<Name>> | undefined>(undefined);
  const [isBusy, setBusy] = useState(request !== undefined);
  const key = JSON.stringify(request ?? null);
  const asked = useRef(request);
  asked.current = request;
  useEffect(() => {
    const current = asked.current;
    if (current === undefined) return setBusy(false);
    const controller = new AbortController();
    setBusy(true);
    call(name, current, { signal: controller.signal }).then(
      (reply) => {
        if (controller.signal.aborted) return;
        setGot({ key, reply, problem: undefined });
        setBusy(false);
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const problem = problemOf(error);
        setGot((before) => ({ key, reply: before?.key === key ? before.reply : undefined, problem }));
        setBusy(false);
        if (isExpired(error)) onExpired();
      },
    );
    return () => controller.abort();
  }, [name, key, turn]);
  const isOf = got?.key === key && request !== undefined;
  return {
    reply: isOf ? got.reply : undefined,
    problem: isOf && !isBusy ? got.problem : undefined,
    isBusy,
    again: () => setTurn((before) => before + 1),
  };
}

/** Whether the session has ended. */
export function isExpired(error: unknown): boolean {
  return error instanceof CallError && error.problem.status === 401;
}

/** A change that somebody makes by a button: `run` does it and tells whether it was done. */
export interface Action {
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  /** The problem was seen, or is about something else. */
  readonly forget: () => void;
  readonly run: <Name extends CallName>(
    name: Name,
    request: CallRequest<Name>,
    onDone: (reply: CallReply<Name>) => void,
  ) => void;
}

/** Changes through the API, one at a time. */
export function useAction(): Action {
  const { onExpired } = useShell();
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const isRunning = useRef(false);
  return {
    isBusy,
    problem,
    forget: () => setProblem(undefined),
    run: (name, request, onDone) => {
      if (isRunning.current) return;
      isRunning.current = true;
      setBusy(true);
      setProblem(undefined);
      call(name, request)
        .then(onDone, (error: unknown) => {
          if (isExpired(error)) onExpired();
          else setProblem(problemOf(error));
        })
        .finally(() => {
          isRunning.current = false;
          setBusy(false);
        });
    },
  };
}
