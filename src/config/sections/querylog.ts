// The query log: its targets as absolute paths and URLs, and what the section and the policies do not agree on.

import { resolve } from 'node:path';
import type { Policy, QueryLogOptions, Vlan } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import { faultOfStoreUrl } from '../grammar/querylog-target.ts';
import type { DraftQueryLog } from '../keys/querylog.ts';
import { reasonOf } from '../../system/system-error.ts';
import { reportSocketLength } from './control.ts';
import { readSecret } from './files.ts';

/** Gives the options of the query log. */
export function finishQueryLog(draft: DraftQueryLog, folder: string, faults: FaultLog): QueryLogOptions {
  const store = finishStore(draft.store, folder, faults);
  const dnstap = finishDnstap(draft.dnstap, folder, faults);
  return {
    keepMs: draft.keep,
    maxOctets: draft.max_size,
    statisticsMs: draft.statistics,
    ...(store === undefined ? {} : { store }),
    ...(dnstap === undefined ? {} : { dnstap }),
  };
}

function finishStore(written: DraftQueryLog['store'], folder: string, faults: FaultLog): string | undefined {
  if (written === undefined) return undefined;
  const { value, at, setting } = written;
  if (value.kind === 'url') return value.url;
  const file = resolve(folder, value.file);
  const report = (fault: string): void => faults.error(at, setting, `${file} ${fault}`);
  try {
    const { text, isOpenToAll } = readSecret(file);
    const url = text.trim();
    const fault = faultOfStoreUrl(url);
    if (fault !== undefined) report(fault);
    if (isOpenToAll)
      faults.warn(at, setting, `${file} can be read by every user of this machine; chmod o= ${file}`);
    return url;
  } catch (error) {
    report(`cannot be read (${reasonOf(error)}); write the path of a file with a line such as postgres://…`);
    return undefined;
  }
}

function finishDnstap(draft: DraftQueryLog['dnstap'], folder: string, faults: FaultLog): string | undefined {
  if (draft?.to === undefined) return undefined;
  const { value, at, setting } = draft.to;
  if (value.kind === 'tcp') return `tcp://${value.endpoint}`;
  const socket = resolve(folder, value.path);
  reportSocketLength(socket, { at, setting }, faults);
  return `unix:${socket}`;
}

/** Reports options of a log that nothing is written to, and VLANs whose names are told although they are not logged. */
export function reportUnlogged(
  draft: DraftQueryLog,
  { policies, vlans }: { readonly policies: readonly Policy[]; readonly vlans: readonly Vlan[] },
  faults: FaultLog,
): void {
  const modes = new Map(policies.map(({ name, queryLog }) => [name, queryLog]));
  const options = Object.entries(draft.written.keys).filter(([key]) => key !== 'mode');
  if (options.length > 0 && policies.length > 0 && policies.every(({ queryLog }) => queryLog === 'off'))
    faults.warn(
      draft.written.at,
      'querylog',
      'every policy has querylog: off, so nothing is logged; write full, blocked or anonymous in one, or take this out',
    );
  for (const { name, at, firstSeen, policy, clients, devices } of vlans) {
    if (!firstSeen) continue;
    const all = [
      policy,
      ...clients.map((client) => client.policy),
      ...devices.map((device) => device.policy),
    ];
    const silent = [...new Set(all)].filter(
      (each) => modes.get(each) === 'off' || modes.get(each) === 'blocked',
    );
    if (silent.length === 0) continue;
    const names = silent.join(', ');
    faults.warn(
      at,
      `vlans.${name}.first_seen`,
      `names of allowed queries are not logged under ${silent.length === 1 ? 'policy' : 'policies'} ${names}, so that they cannot be told; write querylog: full or anonymous there, or take first_seen out`,
    );
  }
}
