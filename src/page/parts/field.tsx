// A field with its label, its hint and what is wrong with it.
import { useId } from '../preact.ts';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly type?: 'text' | 'password' | 'search' | 'datetime-local';
  readonly name?: string;
  readonly autoComplete?: string;
  readonly isRequired?: boolean;
  readonly maxLength?: number;
  /** For names of hosts: no capitals, no correction. */
  readonly isCode?: boolean;
}

/** A field of text. */
export function Field({
  label,
  value,
  onValue,
  hint,
  fault,
  isCode = false,
  isRequired = false,
  ...rest
}: FieldProps) {
  const id = useId();
  // Preact's types know each kind of input apart, and not one of several.
  const kind: object = { type: rest.type ?? 'text' };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        value={value}
        required={isRequired}
        aria-invalid={fault !== undefined}
        aria-describedby={notesOf(id, { hint, fault })}
        {...kind}
        name={rest.name}
        autocomplete={rest.autoComplete ?? 'off'}
        maxLength={rest.maxLength}
        {...(isCode ? CODE : {})}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

interface NotesProps {
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
}

/** What a field is described by, for `aria-describedby`. */
export function notesOf(id: string, { hint, fault }: NotesProps): string | undefined {
  const ids = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(fault === undefined ? [] : [`${id}-fault`]),
  ];
  return ids.length === 0 ? undefined : ids.join(' ');
}

/** The hint of a field, and what is wrong with it. */
export function Notes({ id, hint, fault }: NotesProps & { readonly id: string }) {
  return (
    <>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </>
  );
}

/** The attributes of a field that takes names of hosts and services. */
export const CODE = { autocapitalize: 'none', spellcheck: false } as const;

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** A choice of one of several. */
export function Select({ label, value, onValue, options }: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
