// The dialog that accepts a held update. It reads anew what is held back, so that what is accepted is what it shows.
import type { OrderOutcome } from '../../../api/list-orders.ts';
import { useShell } from '../../hooks/shell.ts';
import { useAction, useCall } from '../../hooks/use-call.ts';
import { Banner } from '../../parts/banner.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Loaded, Refused } from '../../parts/states.tsx';
import { useState } from '../../preact.ts';

interface AcceptDialogProps {
  readonly list: string;
  readonly onOutcome: (outcome: OrderOutcome) => void;
  readonly onClose: () => void;
}

/** The dialog. */
export function AcceptDialog({ list, onOutcome, onClose }: AcceptDialogProps) {
  const { words } = useShell();
  const reading = useCall('GET /status', { told: 'people' });
  const action = useAction();
  const [changed, setChanged] = useState<readonly string[]>([]);
  const held = reading.reply?.lists.filter((source) => source.list === list && source.isHeld) ?? [];
  const submit = () =>
    action.run('POST /lists/accept', { name: list }, (outcome) => {
      const stillHeld = outcome.lists.filter(({ state }) => state === 'held');
      setChanged(stillHeld.flatMap(({ message }) => message ?? []));
      if (stillHeld.length > 0) return reading.again();
      onOutcome(outcome);
      onClose();
    });
  return (
    <Dialog
      title={words.lists.acceptTitle(list)}
      onClose={onClose}
      onSubmit={submit}
      actions={
        held.length > 0 && (
          <Button type="submit" kind="primary" isBusy={action.isBusy || reading.isBusy}>
            {action.isBusy ? words.common.working : words.lists.acceptSubmit}
          </Button>
        )
      }
    >
      <Loaded of={reading}>
        {() =>
          held.length === 0 ? (
            <p>{words.lists.acceptGone}</p>
          ) : (
            <>
              <p>{words.lists.acceptHint}</p>
              {held.map(({ source, state }) => (
                <Banner key={source} kind="warning">
                  <p class="code">{source}</p>
                  <p>{state}</p>
                </Banner>
              ))}
            </>
          )
        }
      </Loaded>
      <div role="alert">
        {changed.map((message) => (
          <p key={message} class="banner error">
            {message}
          </p>
        ))}
      </div>
      <Refused problem={action.problem} />
    </Dialog>
  );
}
