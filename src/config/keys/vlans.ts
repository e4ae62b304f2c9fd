// The keys of vlans.NAME, and of a client below it.

import {
  byShape,
  list,
  object,
  oneOrMany,
  optional,
  placed,
  required,
  withDefault,
  withShortForm,
} from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import {
  interfaceName,
  label,
  listenAddress,
  lookupName,
  mac,
  nameOf,
  ownSubnets,
  path,
  prefix,
  recordText,
} from '../values/kinds.ts';
import { boolean, integer } from '../values/scalars.ts';

const client = object('an exception such as { address: 192.0.2.7, policy: NAME }', {
  name: optional(label, 'What the client is called in messages.'),
  address: optional(
    oneOrMany('one or more addresses or prefixes such as [192.0.2.7, "2001:db8::7"]', placed(prefix), 1),
    'The addresses or prefixes of the client, of each family that the VLAN has; the most specific one wins.',
  ),
  mac: optional(
    oneOrMany('one or more hardware addresses such as 00:00:5e:00:53:01', placed(mac), 1),
    'The hardware addresses of the client: whatever address it has by a lease or as a neighbour in this VLAN is its own.',
  ),
  policy: required(nameOf('a policy'), "The policy that holds for the client instead of the VLAN's."),
});

const localNames = withShortForm(
  object('a zone such as kids.home.arpa, or { zone: ZONE, show_to: [VLAN] }', {
    zone: required(lookupName, 'The zone below which the clients of this VLAN have names: NAME.ZONE.'),
    show_to: withDefault(
      oneOrMany('the names of one or more VLANs', placed(nameOf('a VLAN'))),
      'Other VLANs whose clients are told these names as well.',
      [],
    ),
  }),
  'zone',
);

/** One VLAN. */
export const vlan = object('a map with interface: or listen:, and policy:', {
  id: optional(
    integer(1, 4094),
    'The VLAN tag, for people and for the cures that are told; frames arrive without it.',
  ),
  interface: optional(
    interfaceName,
    'The interface to listen on: every address of it is bound, and changes are followed.',
  ),
  listen: optional(
    oneOrMany('one or more addresses such as 127.0.0.1:5340', placed(listenAddress), 1),
    'The addresses to listen on, instead of an interface; the port is server.port unless written.',
  ),
  subnets: optional(
    byShape(ownSubnets.expects, {
      scalar: placed(ownSubnets),
      list: list('one or more prefixes such as [192.0.2.0/24]', placed(prefix), 1),
    }),
    "The subnets whose queries are answered; interface means the interface's own prefixes, followed, and is the default where there is an interface.",
  ),
  policy: required(nameOf('a policy'), 'The policy that holds for the clients of this VLAN.'),
  clients: withDefault(list('a list of exceptions', client), 'Exceptions inside the VLAN.', []),
  records: withDefault(
    list('a list of records', placed(recordText)),
    'Local records for the clients of this VLAN only; a name that is here hides that of the records and hosts for all.',
    [],
  ),
  hosts: withDefault(
    list('a list of paths', placed(path)),
    'Files in the format of /etc/hosts for the clients of this VLAN only; they are watched.',
    [],
  ),
  local_names: optional(
    localNames,
    'The zone in which the clients of this VLAN find each other by the names of their leases; there is none unless written.',
  ),
  first_seen: withDefault(
    boolean,
    'Whether names that this VLAN has never asked for before are told, by what the query log keeps.',
    false,
  ),
});

/** One VLAN as it is written. */
export type DraftVlan = NonNullable<ValueOf<typeof vlan>>;
