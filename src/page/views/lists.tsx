// Lists: each with its sources and their states, what is held back and why, and the buttons that fetch and accept.
// The rule: what is accepted is what was shown, so that the view is drawn from a status that counts as shown to people.
import type { OrderOutcome } from '../../api/list-orders.ts';
import type { Status } from '../../status/status.ts';
import { useShell } from '../hooks/shell.ts';
import { useAction, useCall } from '../hooks/use-call.ts';
import { markOf, shownLists } from '../model/list-order.ts';
import { may } from '../model/rights.ts';
import { Banner } from '../parts/banner.tsx';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/heading.tsx';
import { Empty, Loaded, Refused } from '../parts/states.tsx';
import { useEffect, useState } from '../preact.ts';
import { AcceptDialog } from './lists/accept-dialog.tsx';
import { ListCard } from './lists/list-card.tsx';
import { Outcomes } from './lists/outcomes.tsx';

/** Lists. */
export function Lists() {
  const { words, session, status: live } = useShell();
  const reading = useCall('GET /status', { told: 'people' });
  const [outcome, setOutcome] = useState<OrderOutcome | undefined>(undefined);
  const [accepting, setAccepting] = useState<string | undefined>(undefined);
  const action = useAction();
  const mark = live === undefined ? undefined : markOf(live);
  useEffect(() => {
    // What a dialog shows is what is accepted: nothing else is shown meanwhile.
    if (mark !== undefined && accepting === undefined) reading.again();
  }, [mark]);
  const onOutcome = (next: OrderOutcome) => {
    setOutcome(next);
    reading.again();
  };
  const update = (names: readonly string[]) => action.run('POST /lists/update', { names }, onOutcome);
  return (
    <>
      <Heading text={words.lists.title}>
        {may(session, 'lists') && (
          <Button isBusy={action.isBusy} onClick={() => update([])}>
            {action.isBusy ? words.common.working : words.lists.updateAll}
          </Button>
        )}
      </Heading>
      <Refused problem={action.problem} />
      <Outcomes outcome={outcome} />
      <Loaded of={reading}>
        {(status) => (
          <AllLists
            status={status}
            isBusy={action.isBusy}
            onUpdate={(name) => update([name])}
            onAccept={setAccepting}
          />
        )}
      </Loaded>
      {accepting !== undefined && (
        <AcceptDialog list={accepting} onOutcome={onOutcome} onClose={() => setAccepting(undefined)} />
      )}
    </>
  );
}

interface AllListsProps {
  readonly status: Status;
  readonly isBusy: boolean;
  readonly onUpdate: (list: string) => void;
  readonly onAccept: (list: string) => void;
}

function AllLists({ status, isBusy, onUpdate, onAccept }: AllListsProps) {
  const { words, format } = useShell();
  const lists = shownLists(status);
  const held = lists.filter(({ isHeld }) => isHeld).length;
  const { names, octets } = status.trie;
  if (lists.length === 0) return <Empty>{words.lists.none}</Empty>;
  return (
    <>
      {held > 0 && <Banner kind="warning">{words.lists.heldCount(format.number(held))}</Banner>}
      <p class="soft">{words.lists.total(format.number(names), format.octets(octets))}</p>
      <div class="lists">
        {lists.map((list) => (
          <ListCard
            key={list.name}
            list={list}
            isBusy={isBusy}
            onUpdate={() => onUpdate(list.name)}
            onAccept={() => onAccept(list.name)}
          />
        ))}
      </div>
    </>
  );
}
