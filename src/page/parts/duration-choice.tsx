// How long something lasts: a few usual times, or until a time of day.
import { useId } from '../preact.ts';
import type { End } from '../model/end.ts';
import { useShell } from '../hooks/shell.ts';

interface DurationChoiceProps {
  /** In minutes. */
  readonly usual: readonly number[];
  readonly end: End;
  readonly onEnd: (end: End) => void;
  readonly fault?: string | undefined;
}

/** A choice of durations. */
export function DurationChoice({ usual, end, onEnd, fault }: DurationChoiceProps) {
  const { words, format } = useShell();
  const id = useId();
  const isUntil = 'until' in end;
  const minutes = isUntil || usual.includes(end.minutes) ? usual : [end.minutes, ...usual];
  return (
    <fieldset class="field" aria-describedby={fault === undefined ? undefined : `${id}-fault`}>
      <legend>{words.duration.legend}</legend>
      <div class="chips">
        {minutes.map((value) => (
          <label key={value} class="chip">
            <input
              type="radio"
              name={id}
              checked={!isUntil && end.minutes === value}
              onChange={() => onEnd({ minutes: value })}
            />
            <span>{format.duration(value * 60)}</span>
          </label>
        ))}
        <label class="chip">
          <input type="radio" name={id} checked={isUntil} onChange={() => onEnd({ until: '' })} />
          <span>{words.duration.until}</span>
        </label>
        {isUntil && (
          <input
            type="time"
            class="input time"
            aria-label={words.duration.untilTime}
            value={end.until}
            aria-invalid={fault !== undefined}
            onInput={(event) => onEnd({ until: event.currentTarget.value })}
          />
        )}
      </div>
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </fieldset>
  );
}
