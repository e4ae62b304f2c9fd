// A VLAN of the configuration as the watch of links and addresses takes it.
import type { Config } from '../../config/config.ts';
import type { WatchedVlan } from '../../listeners/vlans/vlan-plan.ts';

/** What is to be listened on for a VLAN. */
export function toWatched(vlan: Config['vlans'][number]): WatchedVlan {
  const { name, id, interface: link, port, listen } = vlan;
  return {
    name,
    port,
    ...(id === undefined ? {} : { id }),
    ...(link === undefined ? {} : { interface: link }),
    ...(listen === undefined ? {} : { listen }),
  };
}
