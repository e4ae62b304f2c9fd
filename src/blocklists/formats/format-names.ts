// The formats of lists by name, for the parsers and for the configuration alike.

/** Names of the formats, as `format:` in the configuration has them; `auto` finds out. */
export const FORMAT_NAMES = [
  'hosts',
  'domains',
  'wildcard',
  'adguard',
  'dnsmasq',
  'rpz',
  'unbound',
  'ip',
] as const;

/** One of them. */
export type FormatName = (typeof FORMAT_NAMES)[number];
