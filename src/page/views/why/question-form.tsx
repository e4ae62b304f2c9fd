// The question of Why: a name, a VLAN or a device, now or another time.
import type { ExplainRequest } from '../../../api/routes.ts';
import type { ToldClient } from '../../../explain/told/clients.ts';
import { useShell } from '../../hooks/shell.ts';
import { useCall } from '../../hooks/use-call.ts';
import type { Choice } from '../../model/choices.ts';
import { devicesOf } from '../../model/devices.ts';
import { whoText } from '../../model/advice.ts';
import { toHost } from '../../model/subject.ts';
import { Button } from '../../parts/button.tsx';
import { Combobox } from '../../parts/combobox.tsx';
import { Field } from '../../parts/field.tsx';
import { useState } from '../../preact.ts';

interface QuestionFormProps {
  readonly params: Readonly<Record<string, string>>;
  readonly isBusy: boolean;
  readonly onAsk: (request: ExplainRequest) => void;
}

/** The form. */
export function QuestionForm({ params, isBusy, onAsk }: QuestionFormProps) {
  const { words, status } = useShell();
  const clients = useCall('GET /clients', {}).reply?.clients ?? [];
  const [name, setName] = useState(params['name'] ?? '');
  const [who, setWho] = useState(params['who'] ?? '');
  const [at, setAt] = useState(params['at'] ?? '');
  const [isLater, setLater] = useState(at !== '');
  const choices = choicesOf(status?.vlans ?? [], clients, words.home.scope.vlan);
  return (
    <form
      class="card question"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk({ name: toHost(name), who: who.trim(), at: isLater && at !== '' ? at : undefined });
      }}
    >
      <Field
        label={words.why.name}
        hint={words.why.nameHint}
        value={name}
        onValue={setName}
        isRequired
        isCode
      />
      <Combobox
        label={words.why.who}
        hint={words.why.whoHint}
        value={who}
        onValue={setWho}
        choices={choices}
        isRequired
      />
      <When at={at} isLater={isLater} onAt={setAt} onLater={setLater} />
      <Button type="submit" kind="primary" isBusy={isBusy}>
        {words.why.submit}
      </Button>
    </form>
  );
}

interface WhenProps {
  readonly at: string;
  readonly isLater: boolean;
  readonly onAt: (at: string) => void;
  readonly onLater: (isLater: boolean) => void;
}

/** Now, or a day and a time on the clock of the house. */
function When({ at, isLater, onAt, onLater }: WhenProps) {
  const { words, session } = useShell();
  return (
    <>
      <fieldset class="field">
        <legend>{words.why.when}</legend>
        <div class="chips">
          <label class="chip">
            <input type="radio" name="when" checked={!isLater} onChange={() => onLater(false)} />
            <span>{words.why.now}</span>
          </label>
          <label class="chip">
            <input type="radio" name="when" checked={isLater} onChange={() => onLater(true)} />
            <span>{words.why.at}</span>
          </label>
        </div>
      </fieldset>
      {isLater && (
        <Field
          label={words.why.atLabel}
          hint={words.why.zone(session.timeZone)}
          type="datetime-local"
          value={at}
          onValue={onAt}
          isRequired
        />
      )}
    </>
  );
}

/** VLANs, then devices; one that is seen in several VLANs is there once. */
function choicesOf(
  vlans: readonly { readonly name: string }[],
  clients: readonly ToldClient[],
  vlanWord: string,
): Choice[] {
  const devices = vlans.flatMap((vlan) =>
    devicesOf(vlan.name, clients).flatMap(({ who, label }) =>
      who === undefined ? [] : [{ value: whoText(who), label, note: noteOf(vlan.name, who, label) }],
    ),
  );
  const all = [...vlans.map(({ name }) => ({ value: name, note: vlanWord })), ...devices];
  return [...new Map(all.toReversed().map((choice) => [choice.value, choice])).values()].toReversed();
}

function noteOf(vlan: string, who: string, label: string): string {
  const address = whoText(who);
  return address === label ? vlan : `${address} · ${vlan}`;
}
