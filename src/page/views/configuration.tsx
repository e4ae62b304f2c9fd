// Configuration: the file as it is now, beside what is in effect, with what its check says; and a button that puts it into effect.
import type { ReloadOutcome } from '../../api/routes.ts';
import type { ToldConfigurationFile } from '../../web/web-routes.ts';
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { countChanges, faultsElsewhere, linesOf, textOfFault } from '../model/file-lines.ts';
import { Banner } from '../parts/banner.tsx';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/heading.tsx';
import { Loaded } from '../parts/states.tsx';
import { useState } from '../preact.ts';
import { FileText } from './configuration/file-text.tsx';
import { ReloadDialog } from './configuration/reload-dialog.tsx';

/** Configuration. */
export function Configuration() {
  const { words } = useShell();
  const reading = useCall('GET /configuration', {});
  const [isAsking, setAsking] = useState(false);
  const [outcome, setOutcome] = useState<ReloadOutcome | undefined>(undefined);
  const onOutcome = (next: ReloadOutcome) => {
    setAsking(false);
    setOutcome(next);
    reading.again();
  };
  return (
    <>
      <Heading text={words.configuration.title}>
        <span class="buttons">
          <Button isBusy={reading.isBusy} onClick={reading.again}>
            {words.configuration.check}
          </Button>
          <Button kind="primary" onClick={() => setAsking(true)}>
            {words.configuration.reload}
          </Button>
        </span>
      </Heading>
      <div role="status">{outcome !== undefined && <Outcome outcome={outcome} />}</div>
      <Loaded of={reading}>{(told) => <File told={told} />}</Loaded>
      {isAsking && (
        <ReloadDialog told={reading.reply} onOutcome={onOutcome} onClose={() => setAsking(false)} />
      )}
    </>
  );
}

function File({ told }: { readonly told: ToldConfigurationFile }) {
  const { words, format } = useShell();
  const { added, removed } = countChanges(told);
  const errors = told.faults.filter(({ severity }) => severity === 'error').length;
  return (
    <>
      <p class="soft code">{told.file}</p>
      <Banner kind={errors > 0 ? 'error' : told.faults.length > 0 ? 'warning' : 'done'}>
        {errors > 0
          ? words.configuration.errors(format.number(errors))
          : told.faults.length > 0
            ? words.configuration.warnings(format.number(told.faults.length))
            : words.configuration.valid}
      </Banner>
      <p>
        {added + removed === 0
          ? words.configuration.unchanged
          : words.configuration.changes(format.number(added), format.number(removed))}
      </p>
      <ul class="plain-list">
        {faultsElsewhere(told).map((fault) => (
          <li key={fault.text} class={fault.severity === 'error' ? 'fault' : 'soft'}>
            {textOfFault(fault)}
          </li>
        ))}
      </ul>
      <FileText lines={linesOf(told)} file={told.file} />
    </>
  );
}

function Outcome({ outcome: { reloaded, faults, warnings } }: { readonly outcome: ReloadOutcome }) {
  const { words } = useShell();
  return (
    <Banner kind={reloaded ? (warnings.length > 0 ? 'warning' : 'done') : 'error'}>
      <p>{reloaded ? words.configuration.reloaded : words.configuration.notReloaded}</p>
      <ul class="plain-list">
        {[...faults, ...warnings].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Banner>
  );
}
