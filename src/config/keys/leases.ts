// The keys of leases: the files in which DHCP servers keep who has which address.

import { LEASE_FORMATS } from '../../clients/leases/format-names.ts';
import { object, required, withDefault, withShortForm } from '../schema.ts';
import { path } from '../values/kinds.ts';
import { choice } from '../values/scalars.ts';

/** One file of leases. */
export const leaseFile = withShortForm(
  object('a path, or { file: PATH, format: FORMAT }', {
    file: required(path, 'The file, from the folder of the configuration unless absolute.'),
    format: withDefault(
      choice(['auto', ...LEASE_FORMATS]),
      'The DHCP server that writes it; auto finds out by its lines.',
      'auto',
    ),
  }),
  'file',
);
