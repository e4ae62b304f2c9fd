// What would change a decision, as buttons for who may press them, and as the commands.
import type { ExplainRequest } from '../../../api/routes.ts';
import type { Explanation } from '../../../explain/explanation.ts';
import { RuleDialog } from '../../desk/rule-dialog.tsx';
import { TimedDialog } from '../../desk/timed-dialog.tsx';
import { useDesk } from '../../desk/use-desk.ts';
import type { DeskActions } from '../../desk/use-desk.ts';
import { useShell } from '../../hooks/shell.ts';
import { useAction, useCall } from '../../hooks/use-call.ts';
import { advicesOf, whoText } from '../../model/advice.ts';
import type { Advice } from '../../model/advice.ts';
import { may, mayAllow } from '../../model/rights.ts';
import { labelOf } from '../../model/subject.ts';
import type { ToldService } from '../../../explain/told/services.ts';
import { Button } from '../../parts/button.tsx';
import { Refused } from '../../parts/states.tsx';
import { useState } from '../../preact.ts';
import type { Words } from '../../words/words.ts';

interface AdvicesProps {
  readonly asked: ExplainRequest;
  readonly explanation: Explanation;
  readonly again: () => void;
}

/** The advice. */
export function Advices({ asked, explanation, again }: AdvicesProps) {
  const { session, words, services } = useShell();
  const allowances = useCall('GET /grants', {}).reply?.allowances ?? [];
  const [opened, setOpened] = useState<Advice | undefined>(undefined);
  const desk = useDesk({ services, onChange: again, tellsProblem: false });
  const other = useAction();
  const offered = advicesOf(explanation.advice, asked.at === undefined).filter((advice) =>
    advice.kind === 'allow' ? mayAllow(session, explanation.policy, allowances) : may(session, advice.kind),
  );
  const press = (advice: Advice) => {
    desk.forget();
    if (advice.kind === 'resume') other.run('POST /resume', { who: advice.who }, again);
    else if (advice.kind === 'lists') other.run('POST /lists/update', { names: [advice.list] }, again);
    else setOpened(advice);
  };
  return (
    <section class="card">
      <h2>{words.why.change}</h2>
      {offered.length === 0 && <p class="soft">{words.why.nothing}</p>}
      <div class="buttons">
        {offered.map((advice, index) => (
          <Button
            key={JSON.stringify(advice)}
            kind={index === 0 ? 'primary' : 'plain'}
            isBusy={other.isBusy}
            onClick={() => press(advice)}
          >
            {adviceText(advice, services, words)}
          </Button>
        ))}
      </div>
      <Refused problem={other.problem} />
      {session.role === 'admin' && explanation.advice.length > 0 && (
        <details>
          <summary>{words.why.commands}</summary>
          <ul>
            {explanation.advice.map((command) => (
              <li key={command}>
                <code>{command}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      <AdviceDialog advice={opened} services={services} desk={desk} onClose={() => setOpened(undefined)} />
    </section>
  );
}

function adviceText(advice: Advice, services: readonly ToldService[], words: Words): string {
  if (advice.kind === 'resume') return words.why.resume(whoText(advice.who));
  if (advice.kind === 'lists') return words.why.update(advice.list);
  return words.why[advice.kind](labelOf(advice.what, services, words.home.everything), whoText(advice.who));
}

interface AdviceDialogProps {
  readonly advice: Advice | undefined;
  readonly services: readonly ToldService[];
  readonly desk: DeskActions;
  readonly onClose: () => void;
}

function AdviceDialog({ advice, services, desk, onClose }: AdviceDialogProps) {
  if (advice === undefined || advice.kind === 'resume' || advice.kind === 'lists') return null;
  const { who, what } = advice;
  const target = { who, label: whoText(who) };
  const rest = { what, desk, onClose };
  return 'end' in advice ? (
    <TimedDialog kind={advice.kind} targets={[target]} services={services} end={advice.end} {...rest} />
  ) : (
    <RuleDialog kind={advice.kind} target={target} {...rest} />
  );
}
