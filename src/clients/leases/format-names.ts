// The formats of lease files, by the names that a configuration has for them.

/** The names, in the order in which they are told. */
export const LEASE_FORMATS = ['dhcpd', 'isc', 'dnsmasq', 'kea', 'routeros'] as const;

/** A format of lease files. */
export type LeaseFormat = (typeof LEASE_FORMATS)[number];
