// The file by its lines: what a reload would add and take away is marked by a sign and a word beside the colour, faults stand under their lines.
import { useShell } from '../../hooks/shell.ts';
import type { FileLine } from '../../model/file-lines.ts';
import { textOfFault } from '../../model/file-lines.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

interface FileTextProps {
  readonly file: string;
  readonly lines: readonly FileLine[];
}

/** The text. Long lines scroll in its own box. */
export function FileText({ file, lines }: FileTextProps) {
  const { words } = useShell();
  return (
    <div class="file scroll" tabIndex={0} role="region" aria-label={words.configuration.text(file)}>
      <ol class="file-lines">
        {lines.map((line, index) => (
          <li key={index} class={line.kind}>
            <span class="file-number" aria-hidden="true">
              {line.number ?? ''}
            </span>
            <span class="file-sign" aria-hidden="true">
              {SIGNS[line.kind]}
            </span>
            {line.kind !== 'same' && <span class="unseen">{words.configuration.kind[line.kind]} </span>}
            <code>{line.text === '' ? ' ' : line.text}</code>
            {line.faults.map((fault) => (
              <p key={fault.text} class={`file-fault ${fault.severity === 'error' ? 'fault' : 'note'}`}>
                {textOfFault(fault)}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
