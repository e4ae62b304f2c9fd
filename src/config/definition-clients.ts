// The definition of one client under vlans.NAME.clients.
import { label, nameOf, prefix } from './values/kinds.ts';
import { object, oneOrMany, optional, placed, required } from './schema.ts';

export const client = object('an exception such as { address: 192.0.2.7, policy: NAME }', {
  name: optional(label, 'What the client is called in messages.'),
  address: required(
    oneOrMany('one or more addresses or prefixes such as [192.0.2.7, "2001:db8::7"]', placed(prefix), 1),
    'The addresses or prefixes of the client, of each family that the VLAN has; the most specific one wins.',
  ),
  policy: required(nameOf('a policy'), "The policy that holds for the client instead of the VLAN's."),
});
