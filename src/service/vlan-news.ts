// What becomes of VLANs and their interfaces, as the log tells it.
import type { Monitor } from '../links/link-monitor.ts';
import { LinkMonitor, newsSourceOf } from '../links/link-monitor.ts';
import type { VlanEvent, VlanProblem, VlanStatus } from '../listeners/vlan-plan.ts';
import type { Log } from '../server/log.ts';
import type { Serving } from '../server/serving.ts';

/** Follows this system's news of interfaces; undefined where it has no tool for them. */
export function openMonitor(onNews: () => void, onEnd: (error: Error) => void): Monitor | undefined {
  const source = newsSourceOf(process.platform);
  return source === undefined ? undefined : new LinkMonitor({ source, onNews, onEnd });
}

/** Writes to the log what happened to a VLAN. */
export function tellVlan(log: Log, event: VlanEvent, status: VlanStatus, serving: Serving): void {
  const { vlan, interface: link, pairs, problems, note, linkChanges } = status;
  const fields = {
    event: `vlan_${event}`,
    vlan,
    interface: link,
    addresses: pairs.map(({ binding }) => `${binding.address} port ${binding.port}`),
    policy: serving.vlans.get(vlan)?.policy.name,
    ...(problems.length === 0 ? {} : { problems: problems.map(plainProblem) }),
    ...(note === undefined ? {} : { note }),
    ...(linkChanges === 0 ? {} : { linkChanges }),
  };
  if (event === 'flapping')
    log.warn(
      fields,
      `VLAN ${vlan} changes all the time; changes are counted, and told again after a minute of quiet`,
    );
  else if (status.state === 'serving') log.info(fields, `VLAN ${vlan} is served`);
  else log.error(fields, `VLAN ${vlan} is not served: ${problemsOf(status)}`);
}

/** Why a VLAN is not served and what cures it, in one line. */
export function problemsOf({ problems }: VlanStatus): string {
  return problems.map(({ why, cure }) => `${why}; ${cure}`).join('; ');
}

/** A problem without what the probe looked at to find it. */
function plainProblem({ fault, why, cure, evidence }: VlanProblem): VlanProblem {
  return { fault, why, cure, evidence };
}
