// The servers by name, and what each is configured for.

/** The servers as the tables call them. */
export const SERVERS = ['vlandns batched', 'vlandns plain', 'unbound', 'dnsmasq', 'C floor'] as const;

/** One of them. */
export type ServerName = (typeof SERVERS)[number];

/** What a server is to be configured for. */
export interface Setup {
  readonly name: ServerName;
  /** A folder of its own. */
  readonly folder: string;
  readonly port: number;
  readonly upstreamPort: number;
  /** Whether the million names are blocked. */
  readonly isLoaded: boolean;
}
