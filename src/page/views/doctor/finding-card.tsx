// One finding of doctor: the fault, how sure it is, the lines that show it, what to do and what proves it.
import type { Ranked } from '../../../doctor/diagnose.ts';
import type { Step } from '../../../doctor/finding.ts';
import { useShell } from '../../hooks/shell.ts';
import { Badge } from '../../parts/banner.tsx';
import { Command } from '../../parts/command.tsx';

const MARKS = { certain: 'error', likely: 'warning', possible: 'note' } as const;

/** A finding. */
export function FindingCard({ finding }: { readonly finding: Ranked }) {
  const { words } = useShell();
  const { what, sure, layer, vlan, evidence, cure, cost, prove, because, later } = finding;
  const about = [
    layer,
    vlan === undefined ? undefined : `VLAN ${vlan}`,
    later === true ? words.doctor.later : undefined,
  ];
  return (
    <article class="card finding">
      <h2>{what}</h2>
      <p>
        <Badge kind={MARKS[sure]}>{words.doctor.sure[sure]}</Badge>{' '}
        <span class="soft">{about.filter(Boolean).join(' · ')}</span>
      </p>
      {because !== undefined && <p>{words.doctor.follows(because)}</p>}
      {evidence.length > 0 && (
        <details>
          <summary>{words.doctor.evidence}</summary>
          <ul class="quotes">
            {evidence.map(({ source, line, text }) => (
              <li key={`${source} ${line}`}>
                <span class="soft">{`${source}:${line}`}</span> <span class="code">{text}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {because === undefined && <Steps title={words.doctor.cure} steps={cure} />}
      {cost !== undefined && <p class="soft">{words.doctor.cost(cost)}</p>}
      {because === undefined && <Steps title={words.doctor.prove} steps={prove} />}
    </article>
  );
}

function Steps({ title, steps }: { readonly title: string; readonly steps: readonly Step[] }) {
  const { words } = useShell();
  if (steps.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ol class="steps">
        {steps.map(({ on, run, say }, index) => (
          <li key={index}>
            <p class="soft">{words.doctor.place[on]}</p>
            {run !== undefined && <Command text={run} />}
            {say !== undefined && <p>{say}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
