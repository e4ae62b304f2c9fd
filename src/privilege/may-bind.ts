// What the worker may ask the parent to bind: it is not trusted with root's right to bind any address and port. Pure.
import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { WebAddress } from '../access/web-settings.ts';
import type { Config } from '../config/config.ts';
import { toClientAddress } from '../addresses/client-address.ts';

/** The configuration, and the addresses of interfaces as os.networkInterfaces() gives them. */
export interface BindFacts extends Pick<Config, 'vlans'> {
  readonly interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
}

/** Whether a configuration names this address and port, or names an interface that has this address. */
export function mayBind({ vlans, interfaces }: BindFacts, address: string, port: number): boolean {
  return vlans.some(
    (vlan) =>
      (vlan.interface !== undefined &&
        vlan.port === port &&
        isOn(interfaces[vlan.interface] ?? [], vlan.interface, address)) ||
      vlan.listen?.some((listen) => listen.address === address && listen.port === port) === true,
  );
}

/** Whether a configuration names this address and port for the page: all that a recorder may ask for. */
export function mayServePage({ web }: Pick<Config, 'web'>, { address, port }: WebAddress): boolean {
  return web?.listen.some((listen) => listen.address === address && listen.port === port) === true;
}

// Without this, an attacker who controls the worker could be the DNS server of any network that the machine is in.
function isOn(infos: readonly NetworkInterfaceInfo[], name: string, address: string): boolean {
  const [plain = '', zone] = address.split('%', 2);
  const wanted = toClientAddress(plain);
  if (wanted === undefined || wanted.words.every((word) => word === 0)) return false;
  // OpenBSD may give link-local ones with the interface's number inside; the system binds no address that it lacks.
  if (zone !== undefined) return zone === name && (wanted.words[0] ?? 0) >>> 22 === LINK_LOCAL;
  return infos.some((info) => {
    const known = info.family === `IPv${isIP(plain)}` ? toClientAddress(info.address) : undefined;
    return known?.words.every((word, index) => word === wanted.words[index]) === true;
  });
}

/** The first 10 bits of fe80::/10. */
const LINK_LOCAL = 0xfe80 >>> 6;
