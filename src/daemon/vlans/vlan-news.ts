// Logs changes of VLANs and their interfaces.
import type { Monitor } from '../../links/link-monitor.ts';
import { LinkMonitor, newsSourceOf } from '../../links/link-monitor.ts';
import type { VlanEvent, VlanProblem, VlanStatus } from '../../listeners/vlans/vlan-plan.ts';
import type { Log } from '../../log/log.ts';
import { healthText } from '../../status/vlan-health.ts';
import type { VlanHealth } from '../../status/vlan-health.ts';

/** Follows this system's news of interfaces; undefined where it has no tool for them. */
export function openMonitor(onNews: () => void, onEnd: (error: Error) => void): Monitor | undefined {
  const source = newsSourceOf(process.platform);
  return source === undefined ? undefined : new LinkMonitor({ source, onNews, onEnd });
}

/** Logs changes of VLANs: of their links and addresses, and of the lists of their policies. */
export class VlanNews {
  readonly #log: Log;
  readonly #told = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Logs an event of a VLAN. */
  happened(event: VlanEvent, status: VlanStatus, told: ToldVlan): void {
    const { health, policy } = told;
    this.#told.set(status.vlan, signature(health));
    const fields = { ...fieldsOf(status, told), event: `vlan_${event.replaceAll(' ', '_')}`, policy };
    if (event === 'flapping')
      this.#log.warn(
        fields,
        `VLAN ${status.vlan} changes all the time; changes are counted, and told again after a minute of quiet`,
      );
    else this.#write(fields, status.vlan, health);
  }

  /** Logs the state of a VLAN's lists, if it differs from what was logged last. */
  look(status: VlanStatus, told: ToldVlan): void {
    const { vlan } = status;
    const { health } = told;
    // For a VLAN that cannot be reached, its links are reported.
    if (health.state === 'waiting' || health.state === 'link lost') return;
    const before = this.#told.get(vlan);
    const now = signature(health);
    if (before === undefined || before === now) return;
    this.#told.set(vlan, now);
    const event = health.state === 'serving' ? 'vlan_healed' : `vlan_${health.state.replaceAll(' ', '_')}`;
    this.#write({ ...fieldsOf(status, told), event }, vlan, health);
  }

  #write(fields: Parameters<Log['info']>[0], vlan: string, health: VlanHealth): void {
    const text = healthText(vlan, health);
    if (health.state === 'serving') this.#log.info(fields, text);
    // Nothing has failed yet: at a first start no list has been fetched.
    else if (health.isComing) this.#log.warn(fields, text);
    else this.#log.error(fields, text);
  }
}

/** What is logged of a VLAN. */
export interface ToldVlan {
  readonly health: VlanHealth;
  readonly policy: string | undefined;
}

function fieldsOf({ vlan, interface: link, bound, unbound, linkChanges }: VlanStatus, told: ToldVlan) {
  const { problems, note } = told.health;
  return {
    vlan,
    interface: link,
    addresses: bound.map(({ binding }) => `${binding.address} port ${binding.port}`),
    ...(unbound.length === 0
      ? {}
      : { unbound: unbound.map(({ address, port }) => `${address} port ${port}`) }),
    policy: told.policy,
    ...(problems.length === 0 ? {} : { problems: problems.map(plainProblem) }),
    ...(note === undefined ? {} : { note }),
    ...(linkChanges === 0 ? {} : { linkChanges }),
  };
}

/** A text that changes with what is logged of the lists. */
function signature({ state, problems, note }: VlanHealth): string {
  return JSON.stringify([state, problems.map(({ why }) => why), note]);
}

/** A problem without its evidence. */
function plainProblem({ fault, why, cure, evidence }: VlanProblem): VlanProblem {
  return { fault, why, cure, evidence };
}
