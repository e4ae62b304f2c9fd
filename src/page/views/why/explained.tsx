// A decision in words: the verdict, what decided, what holds and what changes by itself.
import type { ExplainRequest } from '../../../api/routes.ts';
import type { Explanation } from '../../../explain/explanation.ts';
import { useShell } from '../../hooks/shell.ts';
import type { Shell } from '../../hooks/shell.ts';
import { whoText } from '../../model/advice.ts';
import { Badge } from '../../parts/banner.tsx';
import { LinkButton } from '../../parts/button.tsx';
import { useEffect, useRef } from '../../preact.ts';
import type { ComponentChildren } from '../../preact.ts';
import { toHash } from '../../router.ts';
import { Advices } from './advices.tsx';
import { Matches } from './matches.tsx';

interface ExplainedProps {
  readonly asked: ExplainRequest;
  readonly explanation: Explanation;
  readonly again: () => void;
}

const MARKS = { blocked: 'error', allowed: 'done', refused: 'error', 'not decided': 'warning' } as const;

/** The decision in a sentence; it comes into sight by itself. */
export function Verdict({ asked, explanation }: Omit<ExplainedProps, 'again'>) {
  const shell = useShell();
  const { verdict, why, observed } = explanation;
  const element = useRef<HTMLElement>(null);
  useEffect(() => element.current?.scrollIntoView({ block: 'nearest' }), [explanation]);
  return (
    <section ref={element} class={`card verdict ${MARKS[verdict]}`}>
      <h2>{verdictText(asked, explanation, shell)}</h2>
      <p>{why}</p>
      {observed.length > 0 && <p>{shell.words.why.observedBy(observed.join(', '))}</p>}
    </section>
  );
}

/** What led to it, and what would change it. */
export function Explained({ asked, explanation, again }: ExplainedProps) {
  const { words, session } = useShell();
  const { because, name, vlan } = explanation;
  return (
    <div class="explained">
      <Advices asked={asked} explanation={explanation} again={again} />
      <section class="card">
        <h2>{words.why.because}</h2>
        <dl class="facts">
          <Fact label={words.why.policy}>{because}</Fact>
          <Times asked={asked} explanation={explanation} />
          <Upstream explanation={explanation} />
        </dl>
      </section>
      <section class="card">
        <h2>{words.why.matches}</h2>
        <Matches matches={explanation.matches} />
      </section>
      {session.hasLog && (
        <div class="buttons">
          <LinkButton href={toHash('log', { name, vlan })}>{words.why.inLog}</LinkButton>
        </div>
      )}
    </div>
  );
}

function verdictText(
  { who, at }: ExplainRequest,
  { name, verdict }: Explanation,
  { words, format }: Shell,
): string {
  const asker = whoText(who);
  if (at === undefined) return words.why.verdict[verdict](name, asker);
  return words.why.verdictAt[verdict](name, asker, format.wall(at));
}

/** One of the facts; nothing where there is none. */
function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** What holds for a while, and what is next. */
function Times({ asked, explanation }: Omit<ExplainedProps, 'again'>) {
  const { words } = useShell();
  const { holdsNow, schedules, nextChange } = explanation;
  const next = schedules?.next;
  return (
    <>
      {holdsNow.length > 0 && (
        <Fact label={asked.at === undefined ? words.why.holdsNow : words.why.holdsThen}>
          {holdsNow.join(', ')}
        </Fact>
      )}
      {next !== undefined && <Fact label={words.why.schedules}>{next}</Fact>}
      {nextChange !== undefined && (
        <Fact label={words.why.next}>
          {words.why.nextChange(nextChange.at)}{' '}
          <Badge kind={MARKS[nextChange.verdict]}>{words.why.verdicts[nextChange.verdict]}</Badge>{' '}
          {nextChange.why}
        </Fact>
      )}
    </>
  );
}

/** Who would be asked, and what its answer leads to. */
function Upstream({ explanation: { upstream, inspected, answer } }: { readonly explanation: Explanation }) {
  const { words } = useShell();
  if (upstream === undefined) return null;
  const told =
    answer === undefined || typeof answer === 'string'
      ? answer
      : [answer.rcode, ...answer.leadsTo].join(', ');
  return (
    <>
      <Fact label={words.why.upstream}>
        {upstream}
        {inspected && <span class="soft"> {words.why.inspected}</span>}
      </Fact>
      {told !== undefined && <Fact label={words.why.answer}>{told}</Fact>}
    </>
  );
}
