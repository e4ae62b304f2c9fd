// What a view shows in place of its content, or beside it: loading, nothing yet, refused, lost connection.
import type { ComponentChildren } from '../preact.ts';
import type { Problem } from '../../web/web-routes.ts';
import { Button } from './button.tsx';
import { problemText } from './problem-text.ts';
import { useShell } from '../hooks/shell.ts';
import type { Reading } from '../hooks/use-call.ts';

/** Loading; it keeps the room of what comes. */
export function Busy({ label }: { readonly label?: string }) {
  const { words } = useShell();
  return (
    <p class="state busy" role="status">
      <span class="spinner" aria-hidden="true" />
      {label ?? words.common.loading}
    </p>
  );
}

/** Nothing yet: what would be here. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="state empty">{children}</div>;
}

/** What went wrong, said at once to who listens; `again` tries again. */
export function Refused({
  problem,
  again,
}: {
  readonly problem: Problem | undefined;
  readonly again?: () => void;
}) {
  const { words } = useShell();
  return (
    <div role="alert">
      {problem !== undefined && (
        <div class="banner error">
          <p>{problemText(problem, words)}</p>
          {again !== undefined && <Button onClick={again}>{words.common.again}</Button>}
        </div>
      )}
    </div>
  );
}

/** A reading in its states: `children` draws what came. What came before stays beside a problem. */
export function Loaded<Reply>({
  of,
  children,
}: {
  readonly of: Reading<Reply>;
  readonly children: (reply: Reply) => ComponentChildren;
}) {
  return (
    <>
      <Refused problem={of.problem} again={of.again} />
      {of.reply === undefined ? of.problem === undefined && <Busy /> : children(of.reply)}
    </>
  );
}
