// Doctor: runs it on the machine that serves, and shows what it found: what is wrong, what shows it, the command that cures it.
import type { Diagnosis } from '../../doctor/diagnosis.ts';
import { useShell } from '../hooks/shell.ts';
import { useCall } from '../hooks/use-call.ts';
import { Banner } from '../parts/banner.tsx';
import { Button } from '../parts/button.tsx';
import { Heading } from '../parts/heading.tsx';
import { Busy, Empty, Refused } from '../parts/states.tsx';
import { useState } from '../preact.ts';
import { FindingCard } from './doctor/finding-card.tsx';

/** Doctor. It runs when somebody asks: it takes seconds, and looks at the whole machine. */
export function Doctor() {
  const { words, format } = useShell();
  const [isWanted, setWanted] = useState(false);
  const { reply, problem, isBusy, again } = useCall('GET /doctor', isWanted ? {} : undefined);
  const run = () => {
    if (isWanted) again();
    setWanted(true);
  };
  return (
    <>
      <Heading text={words.doctor.title}>
        <Button kind="primary" isBusy={isBusy} onClick={run}>
          {isBusy ? words.doctor.running : reply === undefined ? words.doctor.run : words.doctor.runAgain}
        </Button>
      </Heading>
      <Refused problem={problem} />
      <div class="doctor">
        {!isWanted && <Empty>{words.doctor.empty}</Empty>}
        {isBusy && reply === undefined && <Busy label={words.doctor.running} />}
        {reply !== undefined && (
          <>
            <p class="soft">{words.doctor.at(format.moment(Date.parse(reply.at), Date.now()))}</p>
            <Found diagnosis={reply.diagnosis} />
          </>
        )}
      </div>
    </>
  );
}

function Found({
  diagnosis: { findings, vlans, notFaults, parts, notes },
}: {
  readonly diagnosis: Diagnosis;
}) {
  const { words, format } = useShell();
  const roots = findings.filter(({ because }) => because === undefined).length;
  const unseen = parts.filter(({ seen }) => !seen);
  return (
    <>
      <div role="status">
        <Banner kind={roots === 0 ? 'done' : 'warning'}>
          {roots === 0 ? words.doctor.healthy : words.doctor.faults(format.number(roots))}
        </Banner>
      </div>
      {vlans.length > 0 && (
        <p class="soft">{words.doctor.lookedAt(vlans.map(({ name }) => name).join(', '))}</p>
      )}
      <ol class="findings">
        {findings.map((finding, index) => (
          <li key={`${finding.id} ${finding.vlan ?? ''} ${finding.interface ?? ''} ${index}`}>
            <FindingCard finding={finding} />
          </li>
        ))}
      </ol>
      {notFaults.length > 0 && (
        <details>
          <summary>{words.doctor.notFaults(format.number(notFaults.length))}</summary>
          <ul>
            {notFaults.map(({ quote: { source, line, text }, why }) => (
              <li key={`${source} ${line}`}>
                <p class="code">{text}</p>
                <p class="soft">{why}</p>
              </li>
            ))}
          </ul>
        </details>
      )}
      {notes.length > 0 && <Notes title={words.doctor.notes} lines={notes} />}
      {unseen.length > 0 && <Notes title={words.doctor.unseen} lines={unseen.map(({ name }) => name)} />}
    </>
  );
}

function Notes({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul class="plain-list">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
