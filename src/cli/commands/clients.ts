// vlandns clients: who has which address, MAC, name and policy in a VLAN, as the running daemon knows it.
import type { ToldClients } from '../../api/routes.ts';
import type { ToldLeases } from '../../status/told-leases.ts';
import { howKnown } from '../../explain/told/clients.ts';
import type { ToldClient } from '../../explain/told/clients.ts';
import { ControlError } from '../../control/error-codes.ts';
import { EXIT } from '../../system/ending.ts';
import type { Call } from '../command.ts';
import { report, UsageError } from '../command.ts';
import { runningDaemon } from '../running.ts';
import { table } from '../text/table.ts';

const FORM = 'write: vlandns clients [VLAN] [-c FILE] [--json]';

/** Prints the clients of a VLAN, or of all; status 1 where there is no such VLAN. */
export async function clients(call: Call): Promise<number> {
  const [vlan, ...more] = call.operands;
  if (more.length > 0) throw new UsageError(`clients takes one VLAN at most; ${FORM}`);
  try {
    const told = await runningDaemon(call).clients(vlan);
    report(call, told, () => toText(told));
    return EXIT.DONE;
  } catch (error) {
    if (!(error instanceof ControlError) || error.code !== 'bad_request') throw error;
    call.complain(`vlandns: ${error.message}\n`);
    return EXIT.NOT_SO;
  }
}

function toText({ clients: told, more, leases, withheld }: ToldClients): string {
  const rows = [['VLAN', 'ADDRESS', 'MAC', 'NAME', 'POLICY', 'KNOWN BY'], ...told.map(toRow)];
  const lines = [
    ...(told.length === 0 ? ['no client is known'] : table(rows, new Set())),
    ...(more === 0 ? [] : [`and ${more} more; name a VLAN`]),
    ...leases.flatMap(leasesText),
    ...withheld.map(withheldText),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function toRow(client: ToldClient): string[] {
  const { vlan, address = '-', mac, macSaid, private: isPrivate, policy } = client;
  const remarks = [...(isPrivate ? ['private'] : []), ...(macSaid ? ['says so itself'] : [])];
  const macText = remarks.length === 0 ? (mac ?? '-') : `${mac} (${remarks.join(', ')})`;
  return [vlan, address, macText, nameText(client), policy, howKnown(client)];
}

/** What the configuration calls it; else its local name, or in quotes what it says. */
function nameText({ name, says, localName }: ToldClient): string {
  const names = [
    ...(name === undefined ? [] : [name]),
    ...(localName === undefined ? [] : [localName]),
    ...(says === undefined || says === name ? [] : [JSON.stringify(says)]),
  ];
  return names.length === 0 ? '-' : names.join(' ');
}

function leasesText({ file, fault }: ToldLeases): string[] {
  return fault === undefined ? [] : [`leases of ${file}: ${fault}`];
}

/** Names that are not given, so that nobody looks for them in vain. */
function withheldText({ vlan, unfit, taken }: ToldClients['withheld'][number]): string {
  const parts = [
    ...(unfit === 0 ? [] : [`${unfit} are not fit for a host`]),
    ...(taken === 0 ? [] : [`${taken} are another's`]),
  ];
  return `local names that clients of VLAN ${vlan} ask for and are not given: ${parts.join(', ')}`;
}
