// What came of an order about lists, source by source.
import type { OrderOutcome } from '../../../api/list-orders.ts';
import { useShell } from '../../hooks/shell.ts';
import { Banner } from '../../parts/banner.tsx';

const KIND_OF = {
  updated: 'done',
  unchanged: 'note',
  accepted: 'done',
  held: 'warning',
  failed: 'error',
  missing: 'error',
} as const;

/** The outcome of the last order. */
export function Outcomes({ outcome }: { readonly outcome: OrderOutcome | undefined }) {
  const { words } = useShell();
  const told = outcome?.lists.filter(({ state }) => state !== 'unchanged') ?? [];
  const unchanged = (outcome?.lists.length ?? 0) - told.length;
  return (
    <div role="status">
      {outcome !== undefined && (
        <section class="outcomes" aria-label={words.lists.outcomes}>
          {told.map(({ list, source, state, message }) => (
            <Banner key={`${list} ${source}`} kind={KIND_OF[state]}>
              <p>
                <strong>{list}</strong> {words.lists.outcome[state]} <span class="code">{source}</span>
              </p>
              {message !== undefined && <p>{message}</p>}
            </Banner>
          ))}
          {unchanged > 0 && <Banner kind="note">{words.lists.unchanged(String(unchanged))}</Banner>}
        </section>
      )}
    </div>
  );
}
