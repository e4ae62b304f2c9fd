// What is left of a VLAN's allowances today.
import type { ToldAllowance } from '../../../api/told-desk.ts';
import type { ToldService } from '../../../explain/told/services.ts';
import { useShell } from '../../hooks/shell.ts';
import { labelOf } from '../../model/subject.ts';

interface AllowancesProps {
  readonly allowances: readonly ToldAllowance[];
  /** The VLAN's policy: another is told beside its allowance. */
  readonly policy: string | undefined;
  readonly services: readonly ToldService[];
}

/** The allowances. */
export function Allowances({ allowances, policy, services }: AllowancesProps) {
  const { words, format } = useShell();
  return (
    <div>
      <h3>{words.home.allowance}</h3>
      <ul class="allowances">
        {allowances.map(({ what, secondsADay, secondsLeft, ...of }) => {
          const name = labelOf(what, services, words.home.everything);
          const label = of.policy === policy ? name : words.home.allowanceOf(name, of.policy);
          const day = format.duration(secondsADay);
          const left =
            secondsLeft < 60
              ? words.home.allowanceUsed(day)
              : words.home.allowanceLeft(format.duration(secondsLeft), day);
          return (
            <li key={`${of.policy} ${what}`}>
              <span>{label}</span>
              <span class="soft">{left}</span>
              <meter min={0} max={secondsADay} value={secondsLeft} aria-label={label}>
                {left}
              </meter>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
