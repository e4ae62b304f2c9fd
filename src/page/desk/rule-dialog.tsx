// The dialog that allows or blocks a name for good: asked once more, since it does not end by itself.
import { useShell } from '../hooks/shell.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Refused } from '../parts/states.tsx';
import { useState } from '../preact.ts';
import type { Target } from './timed-dialog.tsx';
import type { DeskActions } from './use-desk.ts';

interface RuleDialogProps {
  readonly kind: 'allow' | 'block';
  readonly target: Target;
  readonly what: string;
  readonly desk: DeskActions;
  readonly onClose: () => void;
}

const MOST_REASON = 200;

/** The dialog. */
export function RuleDialog({ kind, target, what, desk, onClose }: RuleDialogProps) {
  const { words } = useShell();
  const [reason, setReason] = useState('');
  return (
    <Dialog
      title={kind === 'allow' ? words.rule.titleAllow(what) : words.rule.titleBlock(what)}
      onClose={onClose}
      onSubmit={() => desk.order({ kind, ...target, what, reason }, onClose)}
      actions={
        <Button type="submit" kind="primary" isBusy={desk.isBusy}>
          {desk.isBusy ? words.common.working : words.rule[kind]}
        </Button>
      }
    >
      <p>{words.rule.hint(target.label)}</p>
      <Field label={words.grant.reason} value={reason} onValue={setReason} maxLength={MOST_REASON} />
      <Refused problem={desk.problem} />
    </Dialog>
  );
}
