// Writes a record of each query that has come to its end into the batch that is being filled. The rules: nothing is allocated, nothing
// waits, and where there is no room a record is lost and counted; what a policy does not let be told is not written.
import { VERDICT } from '../policy/judge.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import { NO_REASON } from '../querylog/reason-table.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../querylog/record-layout.ts';
import { STEP } from '../server/step.ts';
import type { Entrance, Incoming } from '../server/entrance.ts';
import type { ExtendedError } from '../server/replies/reply.ts';
import type { Outcome, Recorder } from '../server/outcome/outcome.ts';
import type { Serving } from '../server/serving.ts';
import type { Clock } from '../time/clock.ts';
import type { Batch } from './batch.ts';
import { RECORDS_AT } from './batch.ts';
import { Epoch, MODE, NO_NUMBER } from './epoch.ts';

/** How long after its first record a batch is sent at the latest, in milliseconds. */
const FLUSH_MS = 500;

/** How long before its first record a batch's time begins, in milliseconds: queries may have come before, and waited. */
const BEFORE_MS = 120_000;

/** By how much the system's clock may move until a batch gets another time, in milliseconds. */
const STEADY_MS = 1000;

/** To what times are cut that must not tell who asked, in milliseconds. */
const ANONYMOUS_MS = 60_000;

const HEAD_WORDS = HEAD_OCTETS / 4;

/** The bits of WORD.SIZE that are the size of a record. */
const SIZE = 0xffff;

/** The bits of WORD.SIZE that are FLAG. */
const FLAGS = 0xff00_0000;

/** Words of the longest record. */
const MOST_WORDS = HEAD_WORDS + 64;

/** [octets] has the bits of the first so many octets of a word, in this machine's order. */
const TAIL = Uint32Array.of(0, 0, 0, 0);
for (const octets of [1, 2, 3]) new Uint8Array(TAIL.buffer).fill(0xff, octets * 4, octets * 4 + octets);

/** Where batches come from and go to. */
export interface BatchOutlet {
  /** Whether a batch that is put is sent at once. */
  readonly isReady: boolean;
  /** An empty batch; undefined where there is no room for one. */
  take(): Batch | undefined;
  /** Sends a batch, whose records end before `end`, in octets. */
  put(batch: Batch, end: number): void;
}

/** Records queries. */
export class QueryRecorder implements Recorder {
  /** Since start. */
  records = 0;
  lost = 0;
  readonly #clock: Clock;
  readonly #outlet: BatchOutlet;
  #serving: Serving | undefined;
  #epoch: Epoch | undefined;
  #epochs = 0;
  #batch: Batch | undefined;
  /** Where the next record of the batch begins, and the last place where one may, in words; without a batch, no place may. */
  #words = new Uint32Array();
  #at = 0;
  #last = -1;
  /** The moment that the batch's times count from, by the clock of queries; and how far that one is from the system's. */
  #baseMs = 0;
  #aheadMs = 0;
  /** The moment of the last record by the clock of queries, and as records have it. */
  #tickMs = 0;
  #tick = 0;
  #lostSince = 0;
  #recordsBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #isTimed = false;
  /** Whether the batch would have been sent, had there been anybody to send it to. */
  #isDue = false;

  constructor(clock: Clock, outlet: BatchOutlet) {
    this.#clock = clock;
    this.#outlet = outlet;
  }

  /** Goes on with another state of the service: numbers mean something else from then on. */
  follow(serving: Serving): Epoch {
    this.flush();
    this.#serving = serving;
    return (this.#epoch = new Epoch(++this.#epochs, serving));
  }

  // Straight on, since it is a tenth of what an answer out of the cache costs; what is rare is mended behind it. V8 makes one piece
  // of this and of what it calls as long as it is no larger.
  record(outcome: Outcome): void {
    const { serving, incoming, policy } = outcome;
    if (serving === undefined || incoming === undefined) return;
    if (serving !== this.#serving) this.follow(serving);
    const epoch = this.#epoch!;
    const mode = policy < 0 ? modeWithout(epoch, serving, incoming) : epoch.modes[policy]!;
    if (mode === MODE.off) return;
    if ((this.#at > this.#last || this.#clock.ms !== this.#tickMs) && !this.#hasRoom(epoch)) return;
    const at = this.#at;
    const words = this.#words;
    const { entrance, client } = incoming;
    const vlan = entrance.numberedIn === epoch.number ? entrance.number : numberOf(entrance, epoch);
    words[at + WORD.TIME] = this.#tick;
    words[at + WORD.VLAN_POLICY] = vlan | (policy << 16);
    words[at + WORD.ENTRY_SET] = (outcome.exception & NO_NUMBER) | (epoch.numberOfSet(outcome.set) << 16);
    words[at + WORD.PORT_SERVER] = NO_NUMBER << 16;
    writeClient(words, at + WORD.CLIENT, client.words);
    writeOutcome(words, at, outcome);
    const flags = flagsOf(outcome, incoming);
    const size = writeName(words, at + HEAD_WORDS, outcome);
    words[at + WORD.SIZE] = size | (flags << 24);
    this.#at = at + ((size & SIZE) >>> 2);
    if (mode !== MODE.full || !outcome.isFirst || epoch.hasPlainClients[vlan] === 1)
      this.#mend(at, outcome, mode, flags);
    if (outcome.reason !== NO_REASON) this.#name(at);
    this.records++;
  }

  /** Sends what there is. */
  flush(): void {
    const batch = this.#batch;
    this.#isDue = false;
    if (batch === undefined) return;
    this.#batch = undefined;
    batch.records = this.records - this.#recordsBefore;
    this.#last = -1;
    this.#outlet.put(batch, this.#at * 4);
  }

  /** Sends what should have been sent while there was nobody to send it to. */
  catchUp(): void {
    if (this.#isDue) this.flush();
  }

  close(): void {
    this.flush();
    clearTimeout(this.#timer);
  }

  /** Whether there is room for a record, at another moment or in another batch. A clock that was set begins a batch. */
  #hasRoom(epoch: Epoch): boolean {
    const { ms, unixMs } = this.#clock;
    if (this.#at > this.#last || Math.abs(unixMs - ms - this.#aheadMs) > STEADY_MS) return this.#open(epoch);
    this.#tickMs = ms;
    this.#tick = Math.floor(ms - this.#baseMs);
    return true;
  }

  #open(epoch: Epoch): boolean {
    this.flush();
    const batch = this.#outlet.take();
    if (batch === undefined) {
      this.lost++;
      this.#lostSince++;
      return false;
    }
    const { ms, unixMs } = this.#clock;
    this.#tickMs = ms;
    this.#tick = BEFORE_MS;
    this.#baseMs = ms - BEFORE_MS;
    this.#aheadMs = unixMs - ms;
    batch.begin({ epoch, unixMs: unixMs - BEFORE_MS, lost: this.#lostSince });
    this.#lostSince = 0;
    this.#batch = batch;
    this.#recordsBefore = this.records;
    this.#words = batch.words;
    this.#at = RECORDS_AT / 4;
    this.#last = batch.words.length - MOST_WORDS;
    if (this.#isTimed) return true;
    this.#isTimed = true;
    this.#timer = this.#timer?.refresh() ?? setTimeout(this.#ring, FLUSH_MS).unref();
    return true;
  }

  /** Without records there is no batch, and nothing rings again. */
  readonly #ring = (): void => {
    this.#isTimed = false;
    if (this.#outlet.isReady) this.flush();
    else this.#isDue = this.#batch !== undefined;
  };

  /** Makes a record of one that waited, and takes out of a record what is not told. */
  #mend(at: number, outcome: Outcome, mode: number, flags: number): void {
    const words = this.#words;
    const { incoming, server } = outcome;
    if (incoming !== undefined && !outcome.isFirst) {
      const { startedMs, wasHit } = incoming;
      if (wasHit) words[at + WORD.SIZE] = words[at + WORD.SIZE]! | (FLAG.HIT << 24);
      words[at + WORD.TIME] = Math.max(startedMs - this.#baseMs, 0);
      words[at + WORD.WAITED] = Math.max((this.#clock.ms - startedMs) * 1000, 1);
      if (server !== undefined) words[at + WORD.PORT_SERVER] = this.#epoch!.serverOf(server) << 16;
    }
    if (mode === MODE.full || (mode === MODE.blocked && (flags & FLAG.BLOCKED) !== 0)) {
      if (outcome.exception < 0) this.#writeEntry(at, incoming!);
      return;
    }
    words.fill(0, at + WORD.CLIENT, at + WORD.CLIENT + 4);
    words[at + WORD.ENTRY_SET] = words[at + WORD.ENTRY_SET]! | NO_NUMBER;
    const unixMs = words[at + WORD.TIME]! + this.#baseMs + this.#aheadMs;
    words[at + WORD.TIME] = words[at + WORD.TIME]! - (unixMs % ANONYMOUS_MS);
    if (mode === MODE.anonymous) return;
    words[at + WORD.SIZE] = HEAD_OCTETS | (words[at + WORD.SIZE]! & FLAGS) | (FLAG.NAMELESS << 24);
    words[at + WORD.REASON] = NO_REASON;
    this.#at = at + HEAD_WORDS;
  }

  /** Writes the place of a client that has a name and no policy of its own. */
  #writeEntry(at: number, { entrance: { current }, client }: Incoming): void {
    const place = current === undefined ? -1 : exceptionOf(current, client);
    if (place >= 0)
      this.#words[at + WORD.ENTRY_SET] = (this.#words[at + WORD.ENTRY_SET]! & ~NO_NUMBER) | place;
  }

  /** Has the reason told that a record names. */
  #name(at: number): void {
    const reason = this.#words[at + WORD.REASON]!;
    if (reason !== NO_REASON) this.#epoch!.name(reason);
  }
}

function writeClient(words: Uint32Array, at: number, from: Uint32Array): void {
  words[at] = from[0]!;
  words[at + 1] = from[1]!;
  words[at + 2] = from[2]!;
  words[at + 3] = from[3]!;
}

function writeOutcome(words: Uint32Array, at: number, outcome: Outcome): void {
  const { verdict, error } = outcome;
  const depth = verdict === VERDICT.PASS ? 0 : outcome.depth;
  const code = error === undefined ? 0 : errorOf(error);
  words[at + WORD.WAITED] = 0;
  words[at + WORD.QTYPE_RCODE] = outcome.qtype | (outcome.rcode << 16);
  words[at + WORD.STEP_VERDICT_DEPTH_ERROR] = outcome.step | (verdict << 8) | (depth << 16) | (code << 24);
  words[at + WORD.REASON] = outcome.reason;
}

/** Writes the name; gives the sizes of record and name as a record begins with them. */
function writeName(words: Uint32Array, at: number, { isRead, name, nameWords: from }: Outcome): number {
  const octets = isRead ? name.length : 0;
  const count = (octets + 3) >>> 2;
  for (let i = 0; i < count; i++) words[at + i] = from[i]!;
  // What lies behind the name in its room is of an earlier one.
  if ((octets & 3) !== 0) words[at + count - 1] = from[count - 1]! & TAIL[octets & 3]!;
  return (HEAD_OCTETS + count * 4) | (octets << 16);
}

/** The mode of a query that nobody's policy was looked up for: its client's all the same, or the strictest, where it has none. */
function modeWithout(epoch: Epoch, serving: Serving, { entrance, client }: Incoming): number {
  const vlan = serving.vlans.get(entrance.vlan);
  const policy = vlan && selectPolicy(vlan, client);
  return policy === undefined ? epoch.strictest : epoch.modes[policy.number]!;
}

function flagsOf(outcome: Outcome, { entrance, client }: Incoming): number {
  const { step, isSafeSearch } = outcome;
  let flags = 0;
  if (client.family === 6) flags |= FLAG.IPV6;
  if (isSafeSearch) flags |= FLAG.SAFE_SEARCH;
  else if (outcome.isLedOn || step === STEP.BLOCKED || step === STEP.CANARY) flags |= FLAG.BLOCKED;
  if (step === STEP.INSPECTED) flags |= FLAG.BLOCKED;
  if (outcome.isHit) flags |= FLAG.HIT;
  if (outcome.isStale) flags |= FLAG.STALE;
  if (entrance.transport.isFramed) flags |= FLAG.STREAM;
  return flags;
}

/** The INFO-CODE as a record has it. */
function errorOf(error: ExtendedError): number {
  const code = (error[0]! << 8) | error[1]!;
  return code > 253 ? 255 : code + 1;
}

function numberOf(entrance: Entrance, epoch: Epoch): number {
  entrance.numberedIn = epoch.number;
  return (entrance.number = epoch.vlanOf(entrance.vlan));
}
