// The finished configuration: what every other part reads. All defaults are filled in, every reference names something
// that exists, every path is absolute, and whatever a later stage may have to point at keeps its position in the file.
import type { WebSettings } from '../access/web-settings.ts';
import type { Prefix } from '../addresses/prefix.ts';
import type { FormatName } from '../blocklists/formats/format-names.ts';
import type { SafeSearchSettings } from '../policy/safe-search.ts';
import type { LeaseFormat } from '../clients/leases/format-names.ts';
import type { PolicySettings } from '../policy/policy-settings.ts';
import type { ServiceNames } from '../policy/rule-source.ts';
import type { Moment } from '../schedules/moment.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Where something is written in the configuration file; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A name of something configured elsewhere, where it is written. */
export interface Reference {
  readonly name: string;
  readonly at: Position;
}

/** An address and a port to bind. The address is canonical and without brackets; the port is 1..65535. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
  readonly at: Position;
}

/** One exception inside a VLAN: whom it is for and which policy applies instead of the VLAN's. */
export interface Client {
  readonly name?: string | undefined;
  readonly prefix: Prefix;
  readonly policy: string;
  readonly at: Position;
}

/** One exception inside a VLAN that is known by its hardware address, whichever address it has. */
export interface Device {
  readonly name?: string | undefined;
  /** Lower case with colons. */
  readonly mac: string;
  readonly policy: string;
  readonly at: Position;
}

/** The names that the clients of a VLAN have by their leases. */
export interface LocalNames {
  /** A presentation name: lower case, A-labels, no trailing dot. */
  readonly zone: string;
  /** The other VLANs that are told them. */
  readonly showTo: readonly string[];
}

/** A subnet of a VLAN, with its position. */
export interface Subnet extends Prefix {
  readonly at: Position;
}

/** One VLAN: where it listens, whose queries it takes and which policy applies. It has either `interface` or `listen`. */
export interface Vlan {
  readonly name: string;
  /** The VLAN tag, 1..4094, for people and for doctor's cures; frames arrive without it. */
  readonly id?: number | undefined;
  /** The interface whose every address is bound. */
  readonly interface?: string | undefined;
  /** The addresses that are bound, where there is no interface. */
  readonly listen?: readonly ListenAddress[] | undefined;
  /** The port on the interface's addresses, 1..65535: the configuration's `server.port`. */
  readonly port: number;
  /** `interface` means the interface's own prefixes, followed as they change. */
  readonly subnets: 'interface' | readonly Subnet[];
  readonly policy: string;
  readonly clients: readonly Client[];
  /** Local data of its own, which come before those of all VLANs. */
  readonly records: readonly LocalRecord[];
  readonly hosts: readonly HostsFile[];
  readonly devices: readonly Device[];
  readonly localNames?: LocalNames | undefined;
  /** Whether names that it has never asked for before are told. */
  readonly firstSeen: boolean;
  readonly at: Position;
}

/** A house rule: `example.org` (it and everything below), `*.example.org` (everything below it only) or `/regular expression/`. */
export interface Rule {
  readonly text: string;
  /** The policy that it is written in, which may be one that this policy extends. */
  readonly policy: string;
  readonly at: Position;
}

/** One side of a policy. The extended policies' lists, services and rules come first, each once. */
export interface PolicySide {
  readonly lists: readonly Reference[];
  readonly services: readonly Reference[];
  readonly rules: readonly Rule[];
}

/** A schedule of a policy. */
export interface PolicySchedule extends Schedule {
  /** What it blocks while it holds: everything that no rule of the policy allows, or this. */
  readonly block: 'everything' | PolicySide;
  /** The policy that it is written in, which may be one that this policy extends. */
  readonly policy: string;
  readonly at: Position;
}

/** A policy with everything it extends already added up. */
export interface Policy extends PolicySettings {
  readonly extends?: string | undefined;
  readonly block: PolicySide;
  readonly allow: PolicySide;
  /** Those of the extended policies come first. */
  readonly schedules: readonly PolicySchedule[];
  /** Whether names of DoH servers, VPNs and relays that lead around the filter are blocked. */
  readonly bypass: 'block' | 'allow';
  /** How long the role parent may grant something a day, in milliseconds by service, or by `everything`. */
  readonly allowance: ReadonlyMap<string, number>;
  /** Search engines that show strict results only. */
  readonly safeSearch: SafeSearchSettings;
  readonly upstream: string;
  /** What happens while a list has never been read: SERVFAIL with EDE 14, or as if the list were empty. */
  readonly whenListsMissing: 'refuse' | 'allow';
  readonly at: Position;
}

/** The formats that a list source may be said to have; `auto` finds out. */
export type ListFormat = FormatName | 'auto';

/** One place a list is read from. */
export interface ListSource {
  readonly kind: 'file' | 'url';
  /** An absolute path, or an https URL (http to loopback only). */
  readonly location: string;
  readonly format: ListFormat;
  /** The name of the response policy zone, where the file does not give it. */
  readonly zone?: string;
  readonly at: Position;
}

/** The bounds past which an update of a list is held back. */
interface ListGuard {
  /** The part of its names that a list may lose in one update, 0..1. */
  readonly maxShrink: number;
  /** How many times as many names as before it may have, 2 or more. */
  readonly maxGrowth: number;
  /** The part of its lines that may be errors, 0..1. */
  readonly maxErrors: number;
  /** Names that it may block although devices need them, each with all names below. */
  readonly mayBlock: readonly string[];
}

/** A named set of names with its sources. */
export interface List {
  readonly name: string;
  readonly sources: readonly ListSource[];
  /** Whether it is in force, or what it would block is only counted and logged. */
  readonly mode: 'enforce' | 'observe';
  /** The time between refreshes, in milliseconds. */
  readonly refreshMs: number;
  readonly guard: ListGuard;
  readonly at: Position;
}

/** Names of one thing that people use, under one name. */
export interface Service extends ServiceNames {
  /** What people call it. */
  readonly title: string;
  /** Where the file defines it; undefined where it comes with the program. */
  readonly at: Position | undefined;
}

/** How one server is reached. Addresses are canonical and without brackets; ports are 1..65535. */
export type Transport =
  | { readonly kind: 'udp' | 'tcp'; readonly address: string; readonly port: number }
  /** DNS over TLS (RFC 7858); the server's certificate must be for `tlsName`. */
  | { readonly kind: 'tls'; readonly address: string; readonly port: number; readonly tlsName: string }
  /** The servers of resolv.conf. */
  | { readonly kind: 'system' };

/** One server of an upstream set; `text` is what was written. */
export type UpstreamServer = Transport & { readonly text: string; readonly at: Position };

/** How the server of a set is chosen. */
type UpstreamStrategy = 'fastest' | 'ordered' | 'parallel' | 'random';

/** A named set of upstream servers. The set `default` always exists. */
export interface UpstreamSet {
  readonly name: string;
  readonly servers: readonly UpstreamServer[];
  readonly strategy: UpstreamStrategy;
  readonly at: Position;
}

/** Zones that have an upstream set of their own; the longest zone wins. */
export interface Forward {
  /** Presentation names: lower case, A-labels, no trailing dot. */
  readonly zones: readonly string[];
  readonly upstream: string;
  readonly at: Position;
}

/** One record of local data in zone-file syntax, not yet parsed. */
export interface LocalRecord {
  readonly text: string;
  readonly at: Position;
}

/** One file in the format of /etc/hosts, as an absolute path. */
export interface HostsFile {
  readonly file: string;
  readonly at: Position;
}

/** One file of leases of a DHCP server. */
export interface LeaseFile {
  /** An absolute path. */
  readonly file: string;
  readonly format: LeaseFormat | 'auto';
  readonly at: Position;
}

/** One assertion about the policies. It has `vlan`, `client` or both. */
export interface Expectation {
  readonly vlan?: string | undefined;
  /** A canonical address without brackets. */
  readonly client?: string | undefined;
  readonly name: string;
  /** A record type in capitals, such as `AAAA`. */
  readonly type?: string | undefined;
  /** The moment that it is about; undefined: now. */
  readonly moment?: Moment | undefined;
  readonly is: 'blocked' | 'allowed';
  readonly at: Position;
}

/** Options of the answer cache. */
export interface CacheOptions {
  /** Memory for answers, in octets. */
  readonly sizeOctets: number;
  /** Shorter TTLs are raised to this, in seconds. */
  readonly minTtlSeconds: number;
  /** Longer TTLs are lowered to this, in seconds. */
  readonly maxTtlSeconds: number;
  /** The longest time a negative answer is kept, in seconds. */
  readonly negativeTtlSeconds: number;
  /** How long past its end an answer may be served when no upstream answers, in seconds; 0: never. */
  readonly serveStaleSeconds: number;
  /** Whether popular answers are fetched again shortly before their end. */
  readonly prefetch: boolean;
}

/** Bounds on what clients may use; 0 means no limit. */
export interface Limits {
  /** Queries a second from one client, in the long run. */
  readonly rate: number;
  /** Queries that one client may send at once before `rate` applies. */
  readonly burst: number;
  readonly inFlight: number;
  readonly inFlightPerClient: number;
  /** TCP connections at once. */
  readonly tcp: number;
  readonly tcpPerClient: number;
  /** How long a TCP connection may be silent, in milliseconds; at least 100. */
  readonly tcpIdleMs: number;
  /** What all clients whose IPv6 addresses begin with the same `bits` bits may use together. */
  readonly prefix: {
    readonly bits: number;
    readonly rate: number;
    readonly burst: number;
    readonly inFlight: number;
    readonly tcp: number;
  };
}

/** Options of the process. */
interface ServerOptions {
  /** Whether the start waits for VLANs without carrier, or is refused because of them. */
  readonly carrier: 'heal' | 'strict';
  readonly port: number;
  /** How datagrams are read and sent: in batches where that works, one at a time, or in batches or not at all. */
  readonly io: 'auto' | 'plain' | 'batched';
  /** Whether the process limits itself with pledge(2) on OpenBSD; experimental. */
  readonly pledge: boolean;
  /** Files with certificates to trust beside the system's, as absolute paths. */
  readonly ca: readonly string[];
  /** The folder for what survives a restart, as an absolute path. */
  readonly state: string;
  /** The zone of schedules: an IANA name, or `local` for that of the machine. */
  readonly timeZone: string;
  /** The user to become after binding, where there is one. */
  readonly user?: string | undefined;
}

/** Options of the log. */
interface LogOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  /** `stdout` or an absolute path. */
  readonly file: string;
}

/** Options of the query log. */
export interface QueryLogOptions {
  /** How long queries are kept, in milliseconds. */
  readonly keepMs: number;
  /** The most octets of the database. */
  readonly maxOctets: number;
  /** How long sums are kept, in milliseconds. */
  readonly statisticsMs: number;
  /** The URL of a PostgreSQL database; undefined: SQLite in the state folder. */
  readonly store?: string;
  /** A collector of dnstap: `unix:PATH` or `tcp://ADDRESS:PORT`. */
  readonly dnstap?: string;
}

/** Options of the control socket. */
interface ControlOptions {
  /** The Unix-domain socket, as an absolute path. */
  readonly socket: string;
  /** The socket for the role parent; undefined where nobody has the role. */
  readonly parents?: ParentsSocket | undefined;
}

/** The socket for the role parent. */
export interface ParentsSocket {
  readonly socket: string;
  /** The group that may use it. */
  readonly group?: string | undefined;
  /** The VLANs that it is about; none are all. */
  readonly vlans: readonly string[];
}

/** Options of the figures for Prometheus. */
interface MetricsOptions {
  /** The address and port that answers HTTP. */
  readonly listen: { readonly address: string; readonly port: number };
}

/** Options of the web server, which the page and the API are served by. */
export interface WebOptions extends Omit<WebSettings, 'listen' | 'control' | 'configuration'> {
  readonly listen: readonly ListenAddress[];
  /** Files that the user who serves must be able to read, each with the setting that names it. */
  readonly files: readonly { readonly setting: string; readonly path: string }[];
}

/** Everything that one configuration file says. */
export interface Config {
  /** The configuration file, as an absolute path. */
  readonly file: string;
  readonly vlans: readonly Vlan[];
  readonly policies: readonly Policy[];
  readonly lists: readonly List[];
  /** The services that the file defines, and those of the program's that it refers to. */
  readonly services: readonly Service[];
  readonly upstreams: readonly UpstreamSet[];
  readonly forward: readonly Forward[];
  readonly records: readonly LocalRecord[];
  readonly hosts: readonly HostsFile[];
  readonly leases: readonly LeaseFile[];
  readonly expect: readonly Expectation[];
  readonly cache: CacheOptions;
  readonly limits: Limits;
  readonly server: ServerOptions;
  readonly log: LogOptions;
  readonly querylog: QueryLogOptions;
  readonly control: ControlOptions;
  /** Undefined where metrics are not served over TCP. */
  readonly metrics?: MetricsOptions;
  /** Undefined where there is no page. */
  readonly web?: WebOptions;
}
