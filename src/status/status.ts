// What the service tells of itself: the reply of `GET /status`, printed by `vlandns status --json`, and what metrics are made
// from. Counts are since start unless they say otherwise; sizes are in octets. States are codes: texts beside them may change.
import type { ListenerCounters } from '../listeners/listener-counters.ts';
import type { UdpIo } from '../listeners/udp/udp-io.ts';
import type { TransportCounts } from '../listeners/vlans/closed-counts.ts';
import type { UnboundAddress } from '../listeners/vlans/vlan-plan.ts';
import type { VlanWatch } from '../listeners/vlans/vlan-watch.ts';
import type { SourceStatus } from '../lists/source-book.ts';
import type { ObservedList } from '../lists/told/list-table.ts';
import type { BypassClient, BypassCounts } from '../server/outcome/bypass-tally.ts';
import type { VlanCounters } from '../server/outcome/counters.ts';
import type { UpstreamSetStats } from '../upstream/upstream-set.ts';
import type { ToldQueryLog } from './query-log-status.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { ToldLeases } from './told-leases.ts';
import type { HealthState, MissingList } from './vlan-health.ts';
import type { GcPauses, Past } from './vitals.ts';
import type { ToldWeb } from './web-status.ts';

/** The version of the routes and their replies; rises with a change that a program which knows the one before would not understand. */
export const API_VERSION = 1;

/** How the service is at one moment. */
export interface Status extends ProcessStatus {
  /** The version of the routes and their replies. */
  readonly api: number;
  /** What is not as it should be, a sentence each, and no fault of a VLAN or list. */
  readonly warnings: readonly string[];
  /** The folder for what survives a restart; `fault` says why nothing can be kept in it now. */
  readonly state: { readonly isWritable: boolean; readonly fault: string | undefined };
  /** Whether the system tells of changed links and addresses, or they are looked for every 2 seconds. */
  readonly links: VlanWatch['mode'];
  /** In the order of the configuration. */
  readonly vlans: readonly ToldVlan[];
  /** Datagrams that the system dropped for full buffers, of all its sockets; OpenBSD only. */
  readonly wholeSystemDrops: number | undefined;
  /** Policies of the configuration. */
  readonly policies: readonly ToldPolicy[];
  /** The time zone of schedules, by its IANA name; undefined where no policy has schedules. */
  readonly timeZone: string | undefined;
  /** Every source of every list. */
  readonly lists: readonly SourceStatus[];
  /** Lists that are only observed. */
  readonly observed: readonly ObservedList[];
  /** All lists compiled: names that they have rules for, memory, and different combinations of rules. */
  readonly trie: { readonly names: number; readonly octets: number; readonly sets: number };
  readonly upstreams: readonly UpstreamSetStats[];
  readonly queryLog: ToldQueryLog;
  /** The page and the API; undefined where there are none. */
  readonly web: ToldWeb | undefined;
  /** Files of leases, in the order of the configuration. */
  readonly leases: readonly ToldLeases[];
  /** Why the system could not be asked for its neighbours last time, where anybody depends on them. */
  readonly neighbours: { readonly fault: string | undefined };
  readonly cache: CacheStatus;
  /** Records of the configuration and of hosts files. */
  readonly localRecords: number;
  /** Questions that wait for an upstream now. */
  readonly waiting: number;
  /** Connections of clients that are open now. */
  readonly tcpConnections: number;
}

/** A policy. */
interface ToldPolicy {
  readonly name: string;
  /** Its lists that have never been read. */
  readonly missingLists: readonly string[];
  /** Its schedules now; undefined where it has none. */
  readonly schedules: ToldSchedules | undefined;
}

/** The schedules of a policy now. Times are ISO 8601, UTC; texts are in the zone of schedules. */
interface ToldSchedules {
  /** What holds: `bedtime until 06:30`. */
  readonly active: readonly {
    readonly name: string;
    readonly until: string | undefined;
    readonly text: string;
  }[];
  /** What begins next: `bedtime at Mon 21:00`. */
  readonly next: { readonly name: string; readonly at: string; readonly text: string } | undefined;
}

/** The answer cache. */
interface CacheStatus {
  /** Answers and octets that it holds now. */
  readonly entries: number;
  readonly octets: number;
  readonly hits: number;
  readonly misses: number;
  /** Answers that had to go for others. */
  readonly evicted: number;
}

/** How the process is. */
export interface ProcessStatus {
  /** Of what runs: another version may lie on disk by now. */
  readonly version: string;
  readonly pid: number;
  /** Node's version, with a v. */
  readonly node: string;
  /** The configuration file, an absolute path. */
  readonly config: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Reloads that took effect. */
  readonly reloads: number;
  /** Only where a privileged parent starts a new process for one that dies. */
  readonly worker: { readonly crashes: number; readonly lastCrash: Past['last'] } | undefined;
  /** How datagrams are read and sent, and why one at a time where that was not asked for. */
  readonly io: { readonly mode: UdpIo['mode']; readonly reason: string | undefined };
  readonly memory: {
    readonly residentOctets: number;
    readonly heapOctets: number;
    readonly arrayBufferOctets: number;
  };
  /** Processor time, of user and system together. */
  readonly cpuSeconds: number;
  readonly gc: Readonly<GcPauses>;
  /** How late the event loop has been. */
  readonly loopDelay: LoopDelay;
  /** Lines of the log that were lost, and octets that are not written yet. */
  readonly log: { readonly lostLines: number; readonly waitingOctets: number };
}

/** One VLAN. */
export interface ToldVlan {
  readonly name: string;
  /** The 802.1Q tag, 1 to 4094, where the configuration gives one. */
  readonly id: number | undefined;
  readonly interface: string | undefined;
  readonly state: HealthState;
  /** Why it is not as it should be, and what cures it, in a sentence. */
  readonly problem: string | undefined;
  /** Something worth knowing that is no fault. */
  readonly note: string | undefined;
  /** Addresses that should be served and could not be bound. */
  readonly unbound: readonly UnboundAddress[];
  /** Lists of its policies that have never been read. */
  readonly missingLists: readonly MissingList[];
  /** How often its link was lost. */
  readonly losses: number;
  /** How often its link has come or gone. */
  readonly linkChanges: number;
  /** Changes so often that they are not logged one by one. */
  readonly isFlapping: boolean;
  readonly policy: string | undefined;
  readonly listeners: readonly ToldListener[];
  readonly counters: VlanCounters;
  /** What adjusts its policy now, in words: schedules, and what was done at the desk. */
  readonly holdsNow: readonly string[];
  /** Attempts to get around the filter where `bypass: block` holds, since start: how often by each way, and who tried most. */
  readonly bypass: { readonly ways: BypassCounts; readonly clients: readonly BypassClient[] };
  /** What it has now of what VLANs share: questions that wait, connections. */
  readonly waiting: number;
  readonly tcpConnections: number;
  /** By transport, with what listeners counted that are closed by now. */
  readonly transports: TransportCounts;
  /** Datagrams that the system dropped for full buffers; Linux only. */
  readonly kernelDrops: number | undefined;
}

/** The sockets on one address of a VLAN. */
interface ToldListener {
  readonly address: string;
  readonly port: number;
  /** As the system granted them. */
  readonly receiveBufferOctets: number;
  readonly sendBufferOctets: number;
  readonly kernelDrops: number | undefined;
  /** By transport, for each that it is served over. */
  readonly udp?: ListenerCounters;
  readonly tcp?: ListenerCounters;
  readonly openConnections: number;
  readonly refusedConnections: number;
}
