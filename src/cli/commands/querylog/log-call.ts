// What commands about the query log have in common: the recorder to ask, the zone of times, and which queries are meant.
import { toMac } from '../../../addresses/mac.ts';
import { toAddress } from '../../../addresses/prefix-text.ts';
import type { Config } from '../../../config/config.ts';
import { formatFault } from '../../../config/config-error.ts';
import { readConfig } from '../../../config/reader.ts';
import { InvalidConfig } from '../../../config/refused.ts';
import { NotRunning } from '../../../control/control-client.ts';
import { HistoryClient } from '../../../querylog/client.ts';
import type { HistoryFilter } from '../../../querylog/history.ts';
import { historySocketOf } from '../../../querylog/sockets.ts';
import { openZone } from '../../../time/zone.ts';
import type { Zone } from '../../../time/zone.ts';
import type { Call } from '../../command.ts';
import { UsageError } from '../../command.ts';
import { PAST_FORM, toPast } from '../../text/zone-time.ts';

/** The query log of a configuration. */
export interface LogCall {
  readonly config: Config;
  readonly history: HistoryClient;
  readonly zone: Zone;
  readonly nowMs: number;
}

/** Opens the query log that a command's configuration names; throws InvalidConfig where that cannot be told. */
export async function openLogCall(call: Call): Promise<LogCall> {
  const { config, faults } = readConfig(call.configFile, { mayLackLists: true });
  if (config === undefined) throw new InvalidConfig(faults.map(formatFault));
  return {
    config,
    history: new HistoryClient(historySocketOf(config.control.socket)),
    zone: await openZone(config.server.timeZone),
    nowMs: Date.now(),
  };
}

/** Asks; where nobody listens and nothing is logged anyway, the error says that. */
export async function orOff<T>({ config }: LogCall, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof NotRunning && config.policies.every(({ queryLog }) => queryLog === 'off'))
      throw new Error(
        'nothing is logged: every policy has querylog: off; write full, blocked or anonymous in one of them',
        { cause: error },
      );
    throw error;
  }
}

/** The times and the VLAN that options name. */
export function filterOf(call: Call, { config, zone, nowMs }: LogCall): HistoryFilter {
  const { since, until, vlan, blocked } = call.options;
  const at = (text: string | undefined, option: string): number | undefined => {
    if (text === undefined) return undefined;
    const instant = toPast(text, zone, nowMs);
    if (instant === undefined) throw new UsageError(`${option} ${text} is no time; write ${PAST_FORM}`);
    return instant;
  };
  const [sinceMs, untilMs] = [at(since, '--since'), at(until, '--until')];
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs)
    throw new UsageError('--since is not before --until, so that no query is between them');
  return {
    vlan: vlan === undefined ? undefined : vlanNamed(config, vlan),
    blocked: blocked === true ? true : undefined,
    sinceMs,
    untilMs,
  };
}

/** The VLAN that a word means by its name, tag or interface; throws a UsageError. */
export function vlanNamed({ vlans }: Config, word: string): string {
  const [vlan, other] = vlansMeant(vlans, word);
  if (vlan === undefined)
    throw new UsageError(`there is no VLAN "${word}"; there are ${vlans.map(({ name }) => name).join(', ')}`);
  if (other !== undefined)
    throw new UsageError(`"${word}" is of the VLANs ${vlan} and ${other}; write the name of one`);
  return vlan;
}

/**
 * Whose queries, or which names, a word means: a VLAN by name, tag or interface, an address, a MAC, a client by its name, or a name of the
 * DNS where there is a dot or a star in it. Throws a UsageError where the configuration has it as more than one.
 */
export function whoFilter({ vlans }: Config, word: string): HistoryFilter {
  const [vlan, other] = vlansMeant(vlans, word);
  const isClient = vlans.some(({ clients, devices }) =>
    [...clients, ...devices].some(({ name }) => name === word),
  );
  if (other !== undefined || (vlan !== undefined && isClient))
    throw new UsageError(
      `"${word}" is ${isClient ? `a VLAN and a client of VLAN ${vlansWith(vlans, word)}` : `of the VLANs ${vlan} and ${other}`}; write --vlan ${vlan}, or an address of the client`,
    );
  if (vlan !== undefined) return { vlan };
  const address = toAddress(word.replace(/%.*/, ''));
  if (address !== undefined) return { client: address };
  const mac = toMac(word);
  if (mac !== undefined) return { client: mac };
  if (!isClient && /[.*]/.test(word)) return { name: word };
  return { client: word };
}

function vlansMeant(vlans: Config['vlans'], word: string): string[] {
  const named = vlans.find(({ name }) => name === word);
  if (named !== undefined) return [named.name];
  return vlans
    .filter(({ id, interface: link }) => (id !== undefined && String(id) === word) || link === word)
    .map(({ name }) => name);
}

function vlansWith(vlans: Config['vlans'], client: string): string {
  return vlans
    .filter(({ clients, devices }) => [...clients, ...devices].some(({ name }) => name === client))
    .map(({ name }) => name)
    .join(', ');
}

/** A number of an option, 1 or more; throws a UsageError. */
export function numberOf(text: string | undefined, option: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text} is not a number from 1 on; write ${option} ${otherwise}`);
}
