// How far back, and of which VLAN.
import { useShell } from '../../hooks/shell.ts';
import { SPAN_NAMES } from '../../model/traffic.ts';
import type { SpanName } from '../../model/traffic.ts';

interface ChoicesProps {
  readonly span: SpanName;
  readonly vlan: string | undefined;
  readonly onChoice: (choice: { readonly span?: SpanName; readonly vlan?: string }) => void;
}

/** The choices. */
export function Choices({ span, vlan, onChoice }: ChoicesProps) {
  const { words, status } = useShell();
  const vlans = new Set(status?.vlans.map(({ name }) => name));
  if (vlan !== undefined) vlans.add(vlan);
  return (
    <div class="traffic-choices">
      <fieldset class="field">
        <legend>{words.traffic.span}</legend>
        <div class="chips">
          {SPAN_NAMES.map((name) => (
            <label key={name} class="chip">
              <input
                type="radio"
                name="span"
                checked={name === span}
                onChange={() => onChoice({ span: name })}
              />
              <span>{words.traffic.spans[name]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <label class="field">
        {words.traffic.vlan}
        <select
          class="input"
          value={vlan ?? ''}
          onChange={(event) => onChoice({ vlan: event.currentTarget.value })}
        >
          <option value="">{words.traffic.allVlans}</option>
          {[...vlans].map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
