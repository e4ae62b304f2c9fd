// vlandns explain: the whole decision for a client and a name, from the configuration and the lists on disk.
import { join } from 'node:path';
import { toType } from '../dns/numbers.ts';
import { parsePrepared } from '../service/candidate.ts';
import { explainDecision } from '../service/explanation.ts';
import type { Explanation } from '../service/explanation.ts';
import { sourceFilesOf } from '../service/list-refresh.ts';
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
  const files = sourceFilesOf(join(prepared.config.server.state, 'sources'));
  const explanation = await explainDecision(prepared.config, offline, { who, name }, (url) =>
    files.fileOf(url),
  );
  await offline.close();
  if (typeof explanation === 'string') {
    call.complain(`${explanation}\n`);
    return EXIT.NOT_SO;
  }
  report(call, explanation, () => toText(explanation));
  return EXIT.DONE;
}

function toText(told: Explanation): string {
  const matches = told.matches.map(
    ({ used, from, kind, name, source, line, text }) =>
      `  ${used ? '*' : ' '} ${from}: ${kind} ${name}  (${source}:${line}${text === undefined ? '' : `: ${text}`})\n`,
  );
  return [
    `${told.name} is ${told.verdict.toUpperCase()} for VLAN ${told.vlan}, policy ${told.policy}\n`,
    `policy:   ${told.because}\n`,
    `decided:  by ${told.step}: ${told.why}\n`,
    told.upstream === undefined ? '' : `upstream: ${told.upstream}\n`,
    matches.length === 0 ? 'matches:  none\n' : 'matches (* = used by this policy):\n',
    ...matches,
  ].join('');
}
