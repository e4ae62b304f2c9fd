// Rankings: names, clients and lists, each with a link to its queries in the log.
import type { Ranked, TopSubject } from '../../../querylog/history.ts';
import { useShell } from '../../hooks/shell.ts';
import type { Reading } from '../../hooks/use-call.ts';
import { Empty, Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { toHash } from '../../router.ts';

interface RankingsProps {
  readonly readings: Readonly<Record<TopSubject, Reading<{ readonly ranked: readonly Ranked[] }>>>;
  readonly vlan: string | undefined;
}

/** The rankings. */
export function Rankings({ readings, vlan }: RankingsProps) {
  return (
    <div class="rankings">
      <Ranking subject="names" reading={readings.names} vlan={vlan} />
      <Ranking subject="clients" reading={readings.clients} vlan={vlan} />
      <Ranking subject="lists" reading={readings.lists} vlan={vlan} />
    </div>
  );
}

interface RankingProps {
  readonly subject: TopSubject;
  readonly reading: RankingsProps['readings'][TopSubject];
  readonly vlan: string | undefined;
}

function Ranking({ subject, reading, vlan }: RankingProps) {
  const { words, format } = useShell();
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
