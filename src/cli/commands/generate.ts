// vlandns generate: prints the configuration that a neighbour of vlandns needs for its VLANs. Writes to standard output only,
// and a whole file or nothing.
import { fileURLToPath } from 'node:url';
import type { Config, Vlan } from '../../config/config.ts';
import { formatFault } from '../../config/config-error.ts';
import { nearest } from '../../config/values/nearest.ts';
import { readConfig } from '../../config/reader.ts';
import { bypassAddresses } from '../../packaged/bypass-addresses.ts';
import { callOf } from '../../generate/comments.ts';
import { factsOf } from '../../generate/plan.ts';
import type { Generated } from '../../generate/plan.ts';
import { programOf } from '../../generate/system/program.ts';
import { programTargets, vlanTargets } from '../../generate/targets.ts';
import { readLinks } from '../../links/read-links.ts';
import { InvalidConfig } from '../../config/refused.ts';
import type { Call } from '../command.ts';
import { UsageError } from '../command.ts';
import { EXIT } from '../../system/ending.ts';

const FORM = 'write: vlandns generate WHAT [VLAN ...] [-c FILE]';

/** The entry file, as seen from dist/cli. */
const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));

/** Prints what is asked for; status 1 where something that it needs is not known. */
export async function generate(call: Call): Promise<number> {
  const [what, ...names] = call.operands;
  const targets = [...Object.keys(vlanTargets), ...Object.keys(programTargets)];
  if (what === undefined) throw new UsageError(`generate needs to know what: ${targets.join(', ')}; ${FORM}`);
  if (!targets.includes(what))
    throw new UsageError(unknown(`nothing is generated under "${what}"`, what, targets));
  if (call.json)
    throw new UsageError(`generate prints a file as it is to be installed, without --json; ${FORM}`);
  const { config, faults } = readConfig(call.configFile, { mayLackLists: true });
  if (config === undefined) throw new InvalidConfig(faults.map(formatFault));
  const generated = await make(what, names, config);
  if ('text' in generated) {
    call.print(generated.text);
    return EXIT.DONE;
  }
  for (const fault of generated.faults) call.complain(`${fault}\n`);
  return EXIT.NOT_SO;
}

async function make(what: string, names: readonly string[], config: Config): Promise<Generated> {
  const typed = callOf(what, config.file, names);
  const ofProgram = programTargets[what];
  if (ofProgram !== undefined) {
    if (names.length > 0)
      throw new UsageError(`generate ${what} is for all VLANs; write: ${callOf(what, config.file, [])}`);
    return ofProgram(programOf(config, { call: typed, node: process.execPath, main: MAIN }));
  }
  const vlans = chosen(names, config);
  if (what === 'hostname.if' && vlans.length > 1)
    throw new UsageError(
      `hostname.if(5) is a file for each interface; write: vlandns generate hostname.if ${vlans.map(({ name }) => name).join('|')}`,
    );
  const sources = { config, links: await readLinks(), platform: process.platform };
  const plan = {
    call: typed,
    file: config.file,
    vlans: vlans.map((vlan) => factsOf(vlan, sources)),
    resolvers: bypassAddresses(),
  };
  return vlanTargets[what]?.(plan) ?? { faults: [] };
}

/** The VLANs of those names in the configuration's order; all of them where none is named. */
function chosen(names: readonly string[], { vlans }: Config): readonly Vlan[] {
  const known = vlans.map(({ name }) => name);
  for (const name of names)
    if (!known.includes(name)) throw new UsageError(unknown(`there is no VLAN "${name}"`, name, known));
  return names.length === 0 ? vlans : vlans.filter(({ name }) => names.includes(name));
}

function unknown(what: string, written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  const hint = meant === undefined ? '' : `did you mean "${meant}"? `;
  return `${what}; ${hint}there are: ${known.join(', ')}`;
}
