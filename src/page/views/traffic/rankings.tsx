// Rankings: names, clients and lists, each with a link to its queries in the log.
import type { TopSubject } from '../../../querylog/history.ts';
import { useShell } from '../../hooks/shell.ts';
import { useCall } from '../../hooks/use-call.ts';
import { Empty, Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { toHash } from '../../router.ts';

const PLACES = 10;

interface RankingsProps {
  readonly sinceMs: number;
  readonly vlan: string | undefined;
}

/** The rankings. */
export function Rankings(of: RankingsProps) {
  return (
    <div class="rankings">
      <Ranking subject="names" {...of} />
      <Ranking subject="clients" {...of} />
      <Ranking subject="lists" {...of} />
    </div>
  );
}

function Ranking({ subject, sinceMs, vlan }: RankingsProps & { readonly subject: TopSubject }) {
  const { words, format } = useShell();
  const reading = useCall('GET /top', { subject, limit: PLACES, sinceMs, vlan });
  const title = words.traffic.rankings[subject];
  return (
    <section class="card ranking">
      <h2>{title}</h2>
      <Loaded of={reading}>
        {({ ranked }) =>
          ranked.length === 0 ? (
            <Empty>{words.traffic.noRanking}</Empty>
          ) : (
            <Table
              caption={title}
              columns={[
                { label: words.traffic.what[subject] },
                { label: words.traffic.counts.queries, isNumber: true },
                { label: words.traffic.counts.blocked, isNumber: true },
              ]}
              rows={ranked.map(({ what, queries, blocked }) => ({
                key: what,
                cells: [linkTo(subject, what, vlan), format.number(queries), format.number(blocked)],
              }))}
            />
          )
        }
      </Loaded>
    </section>
  );
}

/** The log has no filter for lists. */
function linkTo(subject: TopSubject, what: string, vlan: string | undefined) {
  if (subject === 'lists') return what;
  const params = subject === 'names' ? { name: what, vlan } : { client: what, vlan };
  return <a href={toHash('log', params)}>{what}</a>;
}
