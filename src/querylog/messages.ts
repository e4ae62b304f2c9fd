// What the worker and the recorder say to each other: frames, each a head of 8 octets (length of what follows as 32 bits, kind,
// version, 16 zero bits; little-endian) and a body. Bodies are JSON but for BATCH and ACK.
import type { WebSettings } from '../access/web-settings.ts';

/** The version of all frames; a recorder refuses another one, and says so. */
export const FRAME_VERSION = 1;

/** The socket that the recorder listens on for batches, in the folder of server.state. */
export const RECORDER_SOCKET = 'recorder.sock';

/** Octets of a frame's head, and the most that a body may have. */
export const FRAME_HEAD_OCTETS = 8;
export const MAX_BODY_OCTETS = 8 * 1024 * 1024;

/** The kinds of frames. */
export const FRAME = {
  /** Worker: the first frame of a connection, a Hello. */
  HELLO: 1,
  /** Worker: the settings, at first and after each reload, RecorderSettings. */
  SETTINGS: 2,
  /** Worker: what the numbers in batches of one state mean from now on, a StateNotice. */
  STATE: 3,
  /** Worker: reasons that batches from now on name, a ReasonsNotice. */
  REASONS: 4,
  /** Worker: names of clients that have changed, a ClientsNotice. */
  CLIENTS: 5,
  /**
   * Worker: records. A head of 32 octets: sequence number (64-bit float), state's epoch (32 bits), count of records (32), unix time in
   * milliseconds that records count from (64-bit float), records lost since the batch before (32), 0 (32); then the records.
   */
  BATCH: 6,
  /** Recorder: the sequence number (64-bit float) up to which all batches are kept for good. */
  ACK: 7,
  /** Recorder: how it is, now and then, RecorderFigures. */
  FIGURES: 8,
  /** Recorder: a line for the log, a ToldLine. */
  LINE: 9,
} as const;

/** Octets of a batch before its records. */
export const BATCH_HEAD_OCTETS = 32;

/** The most octets of a body that a recorder sends. */
export const MAX_ANSWER_OCTETS = 16 * 1024;

/** Who sends. */
export interface Hello {
  /** Of this worker's life: batches of one session are numbered from 1, and one that is sent again is kept once. */
  readonly session: string;
  readonly pid: number;
  readonly version: string;
}

/** How much of a policy's queries is told. */
export type QueryLogMode = 'full' | 'blocked' | 'anonymous' | 'off';

/** What numbers mean while one state is in effect. */
export interface StateNotice {
  readonly epoch: number;
  readonly vlans: readonly {
    readonly name: string;
    /** Names of its `clients`, by place. */
    readonly clients: readonly string[];
  }[];
  readonly policies: readonly { readonly name: string; readonly mode: QueryLogMode }[];
  readonly sets: readonly string[];
  /** Addresses of servers as in the configuration. */
  readonly servers: readonly string[];
}

/** What decided, for people and for sums. */
export type ReasonKind =
  /** A list, by its rule; `source` is the lists' names. */
  | 'list'
  /** A house rule of the policy's own. */
  | 'rule'
  /** A service of the policy; `source` is its name. */
  | 'service'
  /** Something that holds for a while: a schedule, or what was done at the desk; `text` says which. */
  | 'schedule'
  | 'desk'
  /** Nothing allows it where the policy has `only: true`. */
  | 'only'
  | 'safe_search'
  | 'rebinding'
  /** A canary, or another name that leads around the filter. */
  | 'bypass'
  /** A list has never been read. */
  | 'not_ready';

/** Why queries were answered as they were. */
export interface Reason {
  readonly kind: ReasonKind;
  /** Names of the lists, services or schedules, joined by a comma and a blank; the policy's where there are none. */
  readonly source: string;
  /** The rule as it is written, where it is one and known; else the last labels of the name say it (WORD depth). */
  readonly rule?: string | undefined;
  /** In words, as the EDE has it. */
  readonly text: string;
  /** Another name than the one asked for, that its answer led to and that decided. */
  readonly target?: string | undefined;
}

/** Reasons by number. */
export interface ReasonsNotice {
  readonly epoch: number;
  readonly reasons: readonly (Reason & { readonly number: number })[];
}

/** How a client is called. */
export interface ClientName {
  readonly vlan: string;
  readonly address: string;
  /** Its name, of the configuration or of itself (leases); undefined: it has none any more. */
  readonly name?: string | undefined;
  readonly mac?: string | undefined;
}

/** Clients whose names have changed. */
export interface ClientsNotice {
  readonly clients: readonly ClientName[];
}

/** What the recorder goes by. */
export interface RecorderSettings {
  /** How long queries and sums are kept, in milliseconds. */
  readonly keepMs: number;
  readonly statisticsMs: number;
  /** The most octets of the database. */
  readonly maxOctets: number;
  /** Undefined: SQLite in the state folder; else a postgres:// URL. */
  readonly store?: string | undefined;
  /** Where dnstap goes: `unix:PATH` or `tcp://ADDRESS:PORT`. */
  readonly dnstap?: string | undefined;
  /** IANA name of the zone of times that people write and read. */
  readonly timeZone: string;
  /** VLANs of which names that were never asked before are told. */
  readonly firstSeen: readonly string[];
  /** Whether any policy has its queries logged; default: some have. */
  readonly hasLog?: boolean | undefined;
  /** The web server; undefined: there is none. */
  readonly web?: WebSettings | undefined;
}
