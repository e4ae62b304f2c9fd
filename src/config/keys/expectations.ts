// The keys of one expectation.

import { object, optional, required } from '../schema.ts';
import { anyAddress, lookupName, momentText, nameOf, recordType } from '../values/kinds.ts';
import { choice } from '../values/scalars.ts';

/** What must be so. */
export const expectation = object('an expectation such as { vlan: NAME, name: example.org, is: blocked }', {
  vlan: optional(nameOf('a VLAN'), 'The VLAN whose policy is asked; needed unless client says which.'),
  client: optional(anyAddress, 'The address of a client, for the exceptions of a VLAN.'),
  name: required(lookupName, 'The name that is looked up.'),
  type: optional(recordType, 'The record type that is looked up; A unless written.'),
  at: optional(
    momentText,
    'The moment that it is about, in the time zone of the configuration: the next such day or time, or a date. Now unless written.',
  ),
  is: required(choice(['blocked', 'allowed']), 'What must come out.'),
});
