// All formats by name.
import { adguard } from './adguard.ts';
import { dnsmasq } from './dnsmasq.ts';
import { domains } from './domains.ts';
import { hosts } from './hosts.ts';
import { ip } from './ip.ts';
import type { LineFormat } from './line-format.ts';
import type { FormatName } from './format-names.ts';
import { rpz } from './rpz.ts';
import { unbound } from './unbound.ts';
import { wildcard } from './wildcard.ts';

/** The reader of each format; README.md says what its lines mean and where that is defined. */
export const FORMATS: Readonly<Record<FormatName, LineFormat>> = {
  hosts,
  domains,
  wildcard,
  adguard,
  dnsmasq,
  rpz,
  unbound,
  ip,
};
