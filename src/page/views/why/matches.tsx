// The rules and list entries about a name, those that count first.
import type { MatchingRule } from '../../../explain/matching-rules.ts';
import { useShell } from '../../hooks/shell.ts';
import { Table } from '../../parts/table.tsx';
import type { Words } from '../../words/words.ts';

/** The rules. */
export function Matches({ matches }: { readonly matches: readonly MatchingRule[] }) {
  const { words } = useShell();
  if (matches.length === 0) return <p class="soft">{words.why.noMatches}</p>;
  const { columns } = words.why;
  const rows = matches
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((rule, index) => ({
      key: `${index} ${rule.source} ${rule.line}`,
      cells: [
        rule.from,
        <>
          <span class="code">{rule.name}</span> <span class="soft">{rule.kind}</span>
          {rule.says !== undefined && <span class="soft"> {rule.says}</span>}
        </>,
        effectOf(rule, words),
        <span class="code">{`${rule.source}:${rule.line}`}</span>,
      ],
    }));
  return (
    <Table
      caption={words.why.matches}
      columns={[columns.from, columns.rule, columns.use, columns.place].map((label) => ({ label }))}
      rows={rows}
    />
  );
}

function rankOf({ used, holds, observed }: MatchingRule): number {
  return used ? (holds ? 0 : 1) : observed ? 2 : 3;
}

function effectOf({ used, holds, observed, fallen }: MatchingRule, words: Words): string {
  if (observed) return words.why.observed;
  if (!used) return words.why.notUsed;
  return holds && fallen === undefined ? words.why.used : words.why.fallen(fallen ?? '');
}
