// The dialog that puts the file into effect: it says what would change, and what came of it is shown by who opened it.
import type { ReloadOutcome } from '../../../api/routes.ts';
import type { ToldConfigurationFile } from '../../../web/web-routes.ts';
import { useShell } from '../../hooks/shell.ts';
import { useAction } from '../../hooks/use-call.ts';
import { countChanges } from '../../model/file-lines.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Refused } from '../../parts/states.tsx';

interface ReloadDialogProps {
  /** What would change; undefined where it is not known yet. */
  readonly told: ToldConfigurationFile | undefined;
  readonly onOutcome: (outcome: ReloadOutcome) => void;
  readonly onClose: () => void;
}

/** The dialog. */
export function ReloadDialog({ told, onOutcome, onClose }: ReloadDialogProps) {
  const { words, format } = useShell();
  const action = useAction();
  const changes = told === undefined ? undefined : countChanges(told);
  return (
    <Dialog
      title={words.configuration.reloadTitle}
      onClose={onClose}
      onSubmit={() => action.run('POST /reload', {}, onOutcome)}
      actions={
        <Button type="submit" kind="primary" isBusy={action.isBusy}>
          {action.isBusy ? words.common.working : words.configuration.reloadSubmit}
        </Button>
      }
    >
      <p>{words.configuration.reloadHint}</p>
      {changes !== undefined && (
        <p>
          {changes.added + changes.removed === 0
            ? words.configuration.unchanged
            : words.configuration.changes(format.number(changes.added), format.number(changes.removed))}
        </p>
      )}
      <Refused problem={action.problem} />
    </Dialog>
  );
}
