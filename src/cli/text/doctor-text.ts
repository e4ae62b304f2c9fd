// What doctor prints for people: the fault, what shows it, what to type. Made to be read at night.
import type { Ranked } from '../../doctor/diagnose.ts';
import type { Diagnosis } from '../../doctor/diagnosis.ts';
import type { Step } from '../../doctor/finding.ts';
import type { Quote } from '../../doctor/facts/source-text.ts';
import { placeholdersOf } from '../../doctor/placeholders.ts';

/** At most this many lines of one kind are quoted for people; --json has them all. */
const MAX_QUOTES = 6;

/** The diagnosis as text. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { findings, notes, notFaults: none } = diagnosis;
  return [
    ...notes.map((note) => `note: ${note}\n`),
    notes.length > 0 ? '\n' : '',
    headline(diagnosis),
    ...findings.map(findingText),
    ...none.map(({ quote, why }) => `\nnot a fault: ${quoteText(quote)}\n  ${why}\n`),
    partsText(diagnosis),
  ].join('');
}

function headline({ findings, vlans }: Diagnosis): string {
  const looked = vlans.map(({ name, id, interface: link }) => {
    const parts = [id === undefined ? undefined : `VLAN ${id}`, link === name ? undefined : link];
    const shown = parts.filter((part) => part !== undefined).join(', ');
    return `${name}${shown === '' ? '' : ` (${shown})`}`;
  });
  const about = looked.length === 0 ? '' : `${looked.join(', ')}: `;
  const roots = findings.filter(({ because }) => because === undefined).length;
  if (roots === 0) return `${about}no fault found in what could be looked at\n`;
  return `${about}${roots === 1 ? '1 fault found' : `${roots} faults found, the likeliest first`}\n`;
}

function findingText(finding: Ranked, index: number): string {
  const { what, sure, layer, vlan, evidence, cure, cost, prove, because, later } = finding;
  const about = [
    sure,
    layer,
    ...(vlan === undefined ? [] : [`VLAN ${vlan}`]),
    ...(later === true ? ['from the next boot on'] : []),
  ];
  const shown = evidence.slice(0, MAX_QUOTES).map((quote) => `   | ${quoteText(quote)}\n`);
  const more = evidence.length - shown.length;
  const head = `\n${index + 1}. ${what}\n   (${about.join(', ')})\n`;
  // A consequence of another fault needs no cure of its own.
  if (because !== undefined)
    return `${head}${shown.join('')}   follows from ${because} above: cure that first\n`;
  return [
    head,
    ...shown,
    more > 0 ? `   | and ${more} lines more\n` : '',
    stepsText('cure', cure),
    cost === undefined ? '' : `   cost: ${cost}\n`,
    stepsText('proof', prove),
    ...placeholdersOf(finding).map(([name, how]) => `   ${name}: ${how}\n`),
  ].join('');
}

function quoteText({ source, line, text }: Quote): string {
  return `${source}:${line}: ${text}`;
}

// Commands are alone on their lines, to be copied; the place to run them is named where it changes.
function stepsText(title: string, steps: readonly Step[]): string {
  let place = '';
  return steps
    .map(({ on, run, say }) => {
      const head = on === place ? '' : `   ${title}, on ${on.startsWith('this') ? on : `the ${on}`}:\n`;
      place = on;
      if (run === undefined) return `${head}     ${say ?? ''}\n`;
      return `${head}       ${run}\n${say === undefined ? '' : `         (${say})\n`}`;
    })
    .join('');
}

function partsText({ parts, findings }: Diagnosis): string {
  const seen = parts.filter((part) => part.seen).map(({ name }) => name);
  const missing = parts.filter((part) => !part.seen);
  // With a certain fault found, advice on how to look further is not needed.
  const isSure = findings.some(({ sure }) => sure === 'certain');
  if (isSure)
    return missing.length === 0 ? '' : `\nnot looked at: ${missing.map(({ name }) => name).join('; ')}\n`;
  const looked = seen.length === 0 ? '' : `\nlooked at: ${seen.join('; ')}\n`;
  if (missing.length === 0) return looked;
  const lines = missing.map(
    ({ name, on, get }) =>
      `  ${name}, on ${on.startsWith('this') ? on : `the ${on}`}:\n${get.map((command) => `       ${command}\n`).join('')}`,
  );
  return [
    looked,
    '\nnot looked at, for want of the output of these; put them into one folder DIR, then: vlandns doctor --capture DIR\n',
    ...lines,
  ].join('');
}
