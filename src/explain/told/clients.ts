// The clients of a VLAN as people and programs are told of them: who has which address and policy, and how that is known. Pure.
import { ClientAddress } from '../../addresses/client-address.ts';
import { isPrivateMac } from '../../addresses/mac.ts';
import type { Prefix } from '../../addresses/prefix.ts';
import { toLabel } from '../../clients/client-name.ts';
import type { VlanClients } from '../../clients/gather-clients.ts';
import type { KnownClient } from '../../clients/known-client.ts';
import type { Config } from '../../config/config.ts';
import { exceptionOf, selectPolicy } from '../../policy/vlan.ts';
import type { Vlan } from '../../policy/vlan.ts';

/** One client by one of its addresses, or a device that nobody has seen. */
export interface ToldClient {
  readonly vlan: string;
  /** Undefined: the configuration knows its MAC, and no lease or neighbour has it now. */
  readonly address: string | undefined;
  readonly mac: string | undefined;
  /** Whether the device has made up its MAC, and may change it. */
  readonly private: boolean;
  /** Whether it only says so, inside of a DUID: such a MAC chooses no policy. */
  readonly macSaid: boolean;
  /** What the configuration calls it. */
  readonly name: string | undefined;
  /** What it calls itself, without what steers a terminal: anybody may say anything. */
  readonly says: string | undefined;
  /** Its name in the zone of the VLAN, where it has one. */
  readonly localName: string | undefined;
  readonly policy: string;
  /** The file of its lease. */
  readonly lease: string | undefined;
  /** Whether the system has it as a neighbour. */
  readonly neighbour: boolean;
  /** When this is no longer known, as in ISO 8601; undefined where it has no end. */
  readonly until: string | undefined;
}

/** What the clients of one VLAN are told from. */
export interface ClientFacts {
  readonly config: Config['vlans'][number];
  readonly vlan: Vlan;
  readonly known: VlanClients;
  /** Names in the zone of the VLAN, by addresses. */
  readonly localNames: ReadonlyMap<string, string>;
}

/** All clients of a VLAN that are known, and those of the configuration that are not, by their addresses. */
export function toldClients(facts: ClientFacts): ToldClient[] {
  const { config, known } = facts;
  const found = Array.from(known.values(), (client) => toldClient(facts, client));
  const written = config.clients.flatMap(({ prefix }) => {
    const address = wholeAddress(prefix);
    return address === undefined || known.has(address) ? [] : [toldClient(facts, unknownAt(address))];
  });
  const macs = new Set(Array.from(known.values(), ({ mac, isMacSaid }) => (isMacSaid ? undefined : mac)));
  const unseen = config.devices.flatMap(({ mac, name, policy }) =>
    macs.has(mac) ? [] : [{ ...nobody(config.name, mac), name, policy }],
  );
  return [...[...written, ...found].toSorted(byAddress), ...unseen];
}

/** One client. */
export function toldClient({ config, vlan, localNames }: ClientFacts, client: KnownClient): ToldClient {
  const { address: text, mac, isMacSaid, name, file, isNeighbour, untilMs } = client;
  const address = new ClientAddress();
  address.set(text);
  const exception = exceptionOf(vlan, address);
  return {
    vlan: config.name,
    address: text,
    mac,
    private: mac !== undefined && isPrivateMac(mac),
    macSaid: isMacSaid,
    name: vlan.clientNames[exception],
    says: toLabel(name),
    localName: localNames.get(text),
    policy: (selectPolicy(vlan, address) ?? vlan.policy).name,
    lease: file,
    neighbour: isNeighbour,
    until: Number.isFinite(untilMs) ? new Date(untilMs).toISOString() : undefined,
  };
}

/** How a client is known, in words. */
export function howKnown({ address, lease, neighbour }: ToldClient): string {
  if (address === undefined) return 'not seen: no lease and no neighbour has its MAC';
  const ways = [...(lease === undefined ? [] : [`lease in ${lease}`]), ...(neighbour ? ['neighbour'] : [])];
  return ways.length === 0 ? 'configuration' : ways.join(', ');
}

/** A client of a configuration's address, of whom nothing else is known. */
function unknownAt(address: string): KnownClient {
  return {
    address,
    mac: undefined,
    isMacSaid: false,
    name: undefined,
    file: undefined,
    isNeighbour: false,
    sinceMs: 0,
    untilMs: Infinity,
  };
}

function nobody(vlan: string, mac: string): Omit<ToldClient, 'policy'> {
  return {
    vlan,
    address: undefined,
    mac,
    private: isPrivateMac(mac),
    macSaid: false,
    name: undefined,
    says: undefined,
    localName: undefined,
    lease: undefined,
    neighbour: false,
    until: undefined,
  };
}

function wholeAddress({ family, length, text }: Prefix): string | undefined {
  return length === (family === 4 ? 32 : 128) ? text.replace(/\/.*/, '') : undefined;
}

/** IPv4 before IPv6, each as numbers. */
function byAddress({ address: one = '' }: ToldClient, { address: other = '' }: ToldClient): number {
  const [a, b] = [keyOf(one), keyOf(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

const scratch = new ClientAddress();

function keyOf(text: string): string {
  if (!scratch.set(text)) return text;
  const { family, words } = scratch;
  return `${family}${Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('')}`;
}
