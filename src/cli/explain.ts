// vlandns explain: the whole decision for a client and a name, from the configuration and the lists on disk.
import { toType, TYPE } from '../dns/numbers.ts';
import { parsePrepared } from '../service/candidate.ts';
import { explainDecision } from '../service/explanation.ts';
import type { Explanation } from '../service/explanation.ts';
import { buildOffline } from '../service/offline.ts';
import type { Call } from './command.ts';
import { checkName, EXIT, report, UsageError } from './command.ts';

const FORM = 'write: vlandns explain VLAN|IP NAME [TYPE] [-c FILE] [--json]';

/** Explains; status 1 where no policy holds for the client. */
export async function explain(call: Call): Promise<number> {
  const [who, name, type, ...more] = call.operands;
  if (who === undefined || name === undefined || more.length > 0) throw new UsageError(FORM);
  if (type !== undefined && toType(type) === undefined)
    throw new UsageError(`"${type}" is not a record type; ${FORM}`);
  checkName(name);
  const prepared = await parsePrepared(call.configFile, (line) => call.complain(`${line}\n`));
  const offline = await buildOffline(prepared);
  const question = { who, name, qtype: toType(type ?? 'A') ?? TYPE.A };
  const explanation = await explainDecision(prepared.config, offline, question);
  await offline.close();
  if (typeof explanation === 'string') {
    call.complain(`${explanation}\n`);
    return EXIT.NOT_SO;
  }
  report(call, explanation, () => toText(explanation));
  return EXIT.DONE;
}

/** What is said where the decision is not the last word. */
const INSPECTED = '; what its answer leads to is judged as well (inspect), and may block it';

function toText(told: Explanation): string {
  return [
    `${told.name} is ${told.verdict.toUpperCase()} for VLAN ${told.vlan}, policy ${told.policy}\n`,
    `policy:   ${told.because}\n`,
    `decided:  by ${told.step}: ${told.why}\n`,
    told.observed.length === 0 ? '' : `observed: list ${told.observed.join(', ')} would block it\n`,
    told.upstream === undefined ? '' : `upstream: ${told.upstream}${told.inspected ? INSPECTED : ''}\n`,
    told.matches.length === 0
      ? 'matches:  none\n'
      : 'matches (* = used by this policy, o = only observed):\n',
    ...told.matches.map(matchToText),
  ].join('');
}

function matchToText({ used, observed, ...rule }: Explanation['matches'][number]): string {
  const sign = used ? '*' : observed ? 'o' : ' ';
  const says = rule.says === undefined ? '' : `, ${rule.says}`;
  const holds = rule.fallen === undefined ? '' : ` [${rule.fallen}]`;
  const text = rule.text === undefined ? '' : `: ${rule.text}`;
  return `  ${sign} ${rule.from}: ${rule.kind} ${rule.name}${says}${holds}  (${rule.source}:${rule.line}${text})\n`;
}
