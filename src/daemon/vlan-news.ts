// What becomes of VLANs and their interfaces, as the log tells it.
import type { Monitor } from '../links/link-monitor.ts';
import { LinkMonitor, newsSourceOf } from '../links/link-monitor.ts';
import type { VlanEvent, VlanProblem, VlanStatus } from '../listeners/vlans/vlan-plan.ts';
import type { Log } from '../log/log.ts';
import { healthText } from '../status/vlan-health.ts';
import type { VlanHealth } from '../status/vlan-health.ts';

/** Follows this system's news of interfaces; undefined where it has no tool for them. */
export function openMonitor(onNews: () => void, onEnd: (error: Error) => void): Monitor | undefined {
  const source = newsSourceOf(process.platform);
  return source === undefined ? undefined : new LinkMonitor({ source, onNews, onEnd });
}

/** Tells what becomes of VLANs: of their links and addresses, and of the lists that their policies decide by. */
export class VlanNews {
  readonly #log: Log;
  readonly #told = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Writes what happened to a VLAN. */
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

  /** Writes what has become of a VLAN through its lists, if that is something else than what was told of it last. */
  look(status: VlanStatus, told: ToldVlan): void {
    const { vlan } = status;
    const { health } = told;
    // Of a VLAN that nobody reaches, its links are what is told.
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
    // Nothing has failed so far: at a first start every list is still to come.
    else if (health.isComing) this.#log.warn(fields, text);
    else this.#log.error(fields, text);
  }
}

/** A VLAN as it is told of. */
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

/** Changes with what is told of the lists. */
function signature({ state, problems, note }: VlanHealth): string {
  return JSON.stringify([state, problems.map(({ why }) => why), note]);
}

/** A problem without what the probe looked at to find it. */
function plainProblem({ fault, why, cure, evidence }: VlanProblem): VlanProblem {
  return { fault, why, cure, evidence };
}
