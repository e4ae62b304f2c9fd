// What was changed at the desk and holds: what, for whom, until when, by whom and why, and a button that ends it.
import type { ToldEntry } from '../../../api/told-desk.ts';
import type { ToldService } from '../../../explain/told/services.ts';
import { useShell } from '../../hooks/shell.ts';
import type { Shell } from '../../hooks/shell.ts';
import { inOrder } from '../../model/entries.ts';
import { may, mayEnd } from '../../model/rights.ts';
import { labelOf } from '../../model/subject.ts';
import { Button } from '../../parts/button.tsx';

interface EntriesProps {
  readonly entries: readonly ToldEntry[];
  /** The VLAN whose card it is: what is for all of it needs no word. */
  readonly vlan: string | undefined;
  readonly services: readonly ToldService[];
  readonly onEnd: (entry: ToldEntry) => void;
}

/** The entries; those that stay behind those that end by themselves. */
export function Entries({ entries, vlan, services, onEnd }: EntriesProps) {
  const { timed, lasting } = inOrder(entries);
  return (
    <ul class="entries">
      {[...timed, ...lasting].map((entry) => (
        <Entry key={entry.id} entry={entry} vlan={vlan} services={services} onEnd={onEnd} />
      ))}
    </ul>
  );
}

function Entry({
  entry,
  vlan,
  services,
  onEnd,
}: Omit<EntriesProps, 'entries'> & { readonly entry: ToldEntry }) {
  const shell = useShell();
  const { session, words } = shell;
  const what = words.home.entry[entry.kind](labelOf(entry.what, services, words.home.everything));
  return (
    <li class={`entry ${entry.kind}`}>
      <div>
        <p class="entry-what">
          <strong>{what}</strong> {forWhom(entry, vlan, shell)} {untilText(entry, shell)}
        </p>
        <p class="soft">{detailOf(entry, shell)}</p>
        {may(session, 'revoke') && !mayEnd(session, entry) && <p class="soft">{words.home.adminOnly}</p>}
        {entry.lack !== undefined && <p class="fault">{words.home.noEffect(entry.lack)}</p>}
      </div>
      {mayEnd(session, entry) && (
        <Button about={what} onClick={() => onEnd(entry)}>
          {words.home.end}
        </Button>
      )}
    </li>
  );
}

function forWhom({ scope }: ToldEntry, vlan: string | undefined, { words }: Shell): string {
  if (scope.kind === 'vlan' && scope.name === vlan) return '';
  const kind = words.home.scope[scope.kind];
  return words.home.forWhom(scope.kind === 'client' ? scope.name : words.home.otherScope(kind, scope.name));
}

function untilText({ until }: ToldEntry, { words, format }: Shell): string {
  if (until === undefined) return '';
  const [now, end] = [Date.now(), Date.parse(until)];
  const left = words.home.left(format.duration(Math.max(0, end - now) / 1000));
  return `${words.home.until(format.moment(end, now))} (${left})`;
}

function detailOf({ by, user, reason }: ToldEntry, { words }: Shell): string {
  const who = words.home.by(user ?? words.home.byRole[by]);
  return reason === undefined ? who : `${who}: ${reason}`;
}
