// The dialog that allows or blocks something for a time: for whom, what, how long, why.
import type { ToldService } from '../../explain/told/services.ts';
import { useShell } from '../hooks/shell.ts';
import type { Choice } from '../model/choices.ts';
import { endText } from '../model/end.ts';
import type { End } from '../model/end.ts';
import { labelOf, toSubject } from '../model/subject.ts';
import { Button } from '../parts/button.tsx';
import { Combobox } from '../parts/combobox.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { DurationChoice } from '../parts/duration-choice.tsx';
import { Field, Select } from '../parts/field.tsx';
import { Refused } from '../parts/states.tsx';
import { useState } from '../preact.ts';
import type { Words } from '../words/words.ts';
import type { DeskActions, Order } from './use-desk.ts';

/** Whom something can be for. */
export interface Target {
  /** As the API takes it. */
  readonly who: string;
  readonly label: string;
  /** Among the choices; default: the label. */
  readonly option?: string;
}

interface TimedDialogProps {
  readonly kind: 'grant' | 'deny';
  /** The first one is chosen. */
  readonly targets: readonly Target[];
  readonly services: readonly ToldService[];
  /** What comes first among the choices: what the allowance is for. */
  readonly proposed?: readonly string[];
  /** What is written in it at first. */
  readonly what?: string;
  readonly end?: End;
  readonly desk: DeskActions;
  readonly onClose: () => void;
  readonly onOrder?: (order: Order, end: End) => void;
}

/** The longest reason that is kept. */
const MOST_REASON = 200;
const USUAL = [15, 30, 45, 60];

/** The dialog. */
export function TimedDialog({
  kind,
  targets,
  services,
  proposed = [],
  desk,
  onClose,
  ...props
}: TimedDialogProps) {
  const { words } = useShell();
  const [who, setWho] = useState(targets[0]?.who ?? '');
  const [what, setWhat] = useState(props.what ?? '');
  const [end, setEnd] = useState<End>(props.end ?? { minutes: 45 });
  const [reason, setReason] = useState('');
  const [wasAsked, setAsked] = useState(false);
  const faults = wasAsked ? faultsOf({ what, end, services }, words) : {};
  const submit = () => {
    setAsked(true);
    const subject = toSubject(what, services);
    const until = endText(end);
    if (subject === undefined || 'unknown' in subject || until === undefined) return;
    const label = targets.find((target) => target.who === who)?.label ?? who;
    const order: Order = { kind, who, label, what: subject.what, end: until, reason };
    desk.order(order, () => {
      props.onOrder?.(order, end);
      onClose();
    });
  };
  const submitText = kind === 'grant' ? words.grant.submitGrant : words.grant.submitDeny;
  return (
    <Dialog
      title={kind === 'grant' ? words.grant.titleGrant : words.grant.titleDeny}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <Button type="submit" kind="primary" isBusy={desk.isBusy}>
          {desk.isBusy ? words.common.working : submitText}
        </Button>
      }
    >
      <Select label={words.grant.who} value={who} onValue={setWho} options={targets.map(toOption)} />
      <Combobox
        label={words.grant.what}
        value={what}
        onValue={setWhat}
        choices={choicesOf(services, proposed, words.grant.everything)}
        hint={words.grant.whatHint}
        fault={faults.what}
      />
      <DurationChoice usual={USUAL} end={end} onEnd={setEnd} fault={faults.end} />
      <Field label={words.grant.reason} value={reason} onValue={setReason} maxLength={MOST_REASON} />
      <Refused problem={desk.problem} />
    </Dialog>
  );
}

/** What is wrong with what was chosen so far. */
function faultsOf(
  {
    what,
    end,
    services,
  }: { readonly what: string; readonly end: End; readonly services: readonly ToldService[] },
  words: Words,
): { readonly what?: string; readonly end?: string } {
  const subject = toSubject(what, services);
  const isUnknown = subject !== undefined && 'unknown' in subject;
  return {
    ...(subject === undefined ? { what: words.grant.whatMissing } : {}),
    ...(isUnknown ? { what: words.grant.notKnown(subject.unknown) } : {}),
    ...(endText(end) === undefined ? { end: words.duration.pick } : {}),
  };
}

function toOption({ who, label, option = label }: Target): {
  readonly value: string;
  readonly label: string;
} {
  return { value: who, label: option };
}

/** What is proposed, everything, and all services by their titles. */
function choicesOf(
  services: readonly ToldService[],
  proposed: readonly string[],
  everything: string,
): Choice[] {
  const first = [...new Set([...proposed, 'everything'])].map((what) => ({
    value: what === 'everything' ? everything : what,
    label: labelOf(what, services, everything),
  }));
  const rest = services
    .filter(({ name }) => !proposed.includes(name))
    .map(({ name, title, category }) => ({ value: name, label: title, note: category }));
  return [...first, ...rest];
}
