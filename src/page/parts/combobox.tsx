// A field of text with a list of what can be chosen, as the ARIA pattern "combobox" has it: any text may be written, arrows and Enter choose.
import { useId, useState } from '../preact.ts';
import { matchingChoices } from '../model/choices.ts';
import type { Choice } from '../model/choices.ts';
import { CODE, Notes, notesOf } from './field.tsx';

interface ComboboxProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly choices: readonly Choice[];
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly isRequired?: boolean;
}

/** A field with choices. */
export function Combobox({ label, value, onValue, choices, hint, fault, isRequired = false }: ComboboxProps) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const offered = isOpen ? matchingChoices(choices, value) : [];
  const at = active < offered.length ? active : -1;
  const close = () => {
    setOpen(false);
    setActive(-1);
  };
  const choose = (choice: Choice) => {
    onValue(choice.value);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = offered[at];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      setOpen(true);
      const count = Math.max(1, offered.length);
      setActive(event.key === 'ArrowDown' ? (at + 1) % count : (at <= 0 ? count : at) - 1);
    } else if (event.key === 'Enter' && chosen !== undefined) choose(chosen);
    else if (event.key === 'Escape' && offered.length > 0) {
      // The dialog around it stays.
      event.stopPropagation();
      close();
    } else return;
    event.preventDefault();
  };
  return (
    <div class="field combobox">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        role="combobox"
        required={isRequired}
        value={value}
        autocomplete="off"
        {...CODE}
        aria-autocomplete="list"
        aria-expanded={offered.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        aria-invalid={fault !== undefined}
        aria-describedby={notesOf(id, { hint, fault })}
        onInput={(event) => {
          onValue(event.currentTarget.value);
          setOpen(true);
          setActive(-1);
        }}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <Options id={id} label={label} offered={offered} at={at} onChoose={choose} />
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

interface OptionsProps {
  readonly id: string;
  readonly label: string;
  readonly offered: readonly Choice[];
  /** The place of the one that Enter chooses; -1: none. */
  readonly at: number;
  readonly onChoose: (choice: Choice) => void;
}

function Options({ id, label, offered, at, onChoose }: OptionsProps) {
  return (
    <ul id={`${id}-list`} class="options" role="listbox" aria-label={label} hidden={offered.length === 0}>
      {offered.map((choice, index) => (
        <li
          key={choice.value}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          // Before the field loses the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(choice)}
        >
          <span>{choice.label ?? choice.value}</span>
          {choice.note !== undefined && <span class="note">{choice.note}</span>}
        </li>
      ))}
    </ul>
  );
}
