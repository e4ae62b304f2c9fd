// What the worker may ask the parent to bind: nobody trusts it with root's power over addresses and ports. Pure.
import type { Config } from '../config/config.ts';
import { toClientAddress } from '../listeners/client-address.ts';

/** Whether a configuration names this address and port. An interface has whatever addresses it has, but no wildcard. */
export function mayBind({ vlans }: Pick<Config, 'vlans'>, address: string, port: number): boolean {
  const parsed = toClientAddress(address.replace(/%.*/, ''));
  if (parsed === undefined || parsed.words.every((word) => word === 0)) return false;
  return vlans.some(
    (vlan) =>
      (vlan.interface !== undefined && vlan.port === port) ||
      vlan.listen?.some((listen) => listen.address === address && listen.port === port) === true,
  );
}
