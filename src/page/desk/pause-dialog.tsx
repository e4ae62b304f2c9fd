// The dialog that pauses the filter of a VLAN.
import { useShell } from '../hooks/shell.ts';
import { endText } from '../model/end.ts';
import type { End } from '../model/end.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { DurationChoice } from '../parts/duration-choice.tsx';
import { Refused } from '../parts/states.tsx';
import { useState } from '../preact.ts';
import type { DeskActions } from './use-desk.ts';

interface PauseDialogProps {
  readonly vlan: string;
  readonly desk: DeskActions;
  readonly onClose: () => void;
}

const USUAL = [10, 30, 60];

/** The dialog. */
export function PauseDialog({ vlan, desk, onClose }: PauseDialogProps) {
  const { words } = useShell();
  const [end, setEnd] = useState<End>({ minutes: 10 });
  const [wasAsked, setAsked] = useState(false);
  const until = endText(end);
  const submit = () => {
    setAsked(true);
    if (until !== undefined)
      desk.order({ kind: 'pause', who: `vlan:${vlan}`, label: vlan, end: until }, onClose);
  };
  return (
    <Dialog
      title={words.pause.title(vlan)}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <Button type="submit" kind="primary" isBusy={desk.isBusy}>
          {desk.isBusy ? words.common.working : words.pause.submit}
        </Button>
      }
    >
      <p>{words.pause.hint}</p>
      <DurationChoice
        usual={USUAL}
        end={end}
        onEnd={setEnd}
        fault={wasAsked && until === undefined ? words.duration.pick : undefined}
      />
      <Refused problem={desk.problem} />
    </Dialog>
  );
}
