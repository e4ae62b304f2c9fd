// The keys of web: where the page and the API are served, by which certificate, and who may log in.

import { list, object, oneOrMany, optional, placed, required, withDefault } from '../schema.ts';
import type { ValueOf } from '../schema.ts';
import { ACCESS_ROLES } from '../../access/role.ts';
import { isPasswordHash } from '../../access/password.ts';
import { isTokenHash } from '../../access/token.ts';
import { readWebListen, readWebSecret } from '../grammar/web-value.ts';
import { nameOf, path } from '../values/kinds.ts';
import { boolean, choice, matching, text } from '../values/scalars.ts';
import { lastDay } from '../values/last-day.ts';

const vlans = withDefault(
  oneOrMany('one or more names of VLANs', placed(nameOf('a VLAN'))),
  'The VLANs that it is about; all unless written.',
  [],
);

const role = required(
  placed(choice(ACCESS_ROLES)),
  'What it may do: admin everything, parent read, and grant, deny and pause within the allowance, viewer read.',
);

/** The name of a user or a token: what desk entries and logs take as it is. */
export const WEB_NAME = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,31}$/;

const webName = placed(matching('a name of 1 to 32 of A-Z, a-z, 0-9, "_", ".", "@" and "-"', WEB_NAME));

const user = object('{ name: NAME, password: HASH, role: ROLE }', {
  name: required(webName, 'Who logs in.'),
  password: required(
    placed(
      text(
        'a hash that "vlandns passwd" prints, or file:PATH of a file with it',
        readWebSecret(isPasswordHash, 'vlandns passwd'),
      ),
    ),
    'The hash of the password as "vlandns passwd" prints it, or file:PATH of a file with it.',
  ),
  role,
  vlans,
});

const token = object('{ name: NAME, hash: HASH, role: ROLE }', {
  name: required(webName, 'Which program it is.'),
  hash: required(
    placed(
      text(
        'a hash that "vlandns token NAME" prints, or file:PATH of a file with it',
        readWebSecret(isTokenHash, 'vlandns token NAME'),
      ),
    ),
    'The hash of the token as "vlandns token NAME" prints it, or file:PATH of a file with it.',
  ),
  role,
  vlans,
  until: optional(
    placed(lastDay),
    'The last day on which it is taken, such as 2027-12-31 (UTC); for ever unless written.',
  ),
});

/** The page and the API. */
export const web = object('a map with listen:', {
  listen: required(
    oneOrMany(
      'one or more addresses with a port, such as 127.0.0.1:8053',
      placed(text('an address with a port such as 127.0.0.1:8053', readWebListen)),
      1,
    ),
    'The addresses and ports where the page and the API are served.',
  ),
  certificate: optional(
    placed(path),
    'The file with the certificate and those between it and the CA, in PEM form; it is watched. Without it HTTP is served as plain text.',
  ),
  key: optional(placed(path), "The file with the certificate's private key, in PEM form."),
  users: withDefault(
    list('a list of { name: NAME, password: HASH, role: ROLE }', user),
    'Who may log in; where there is nobody, whoever reaches the page may do everything, on loopback only.',
    [],
  ),
  tokens: withDefault(
    list('a list of { name: NAME, hash: HASH, role: ROLE }', token),
    'The programs that may ask the API, each with a token of its own.',
    [],
  ),
  insecure: withDefault(
    boolean,
    'Whether plain HTTP is served on other addresses than loopback: passwords cross the network as they are.',
    false,
  ),
});

/** The section as it is written. */
export type DraftWeb = NonNullable<ValueOf<typeof web>>;
