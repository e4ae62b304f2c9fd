// Writes a record of each query that has come to its end into the batch that is being filled. The rules: nothing is allocated, nothing
// waits, and where there is no room a record is lost and counted; what a policy does not let be told is not written.
import { VERDICT } from '../policy/judge.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import { NO_REASON } from '../querylog/reason-table.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../querylog/record-layout.ts';
import type { Entrance, Incoming } from '../server/entrance.ts';
import type { Outcome, Recorder } from '../server/outcome/outcome.ts';
import type { Serving } from '../server/serving.ts';
import type { Clock } from '../time/clock.ts';
import type { Batch } from './batch.ts';
import { disorder } from './disorder.ts';
import { RECORDS_AT } from './batch.ts';
import { flagsOf, SIZE_BITS, writeClient, writeName, writeOutcome } from './record-words.ts';
import { Epoch, MODE, NO_NUMBER } from './epoch.ts';

/** How long after its first record a batch is sent at the latest, in milliseconds. */
const FLUSH_MS = 500;

/** How long before its first record a batch's time begins, in milliseconds: queries may have come before, and waited. */
const BEFORE_MS = 120_000;

/** By how much the system's clock may move until a batch gets another time, in milliseconds. */
const STEADY_MS = 1000;

/** To what times are cut that must not tell who asked, in milliseconds. */
const CUT_MS = 60_000;

/** The longest wait that is told, in microseconds: 71 minutes. */
const MOST_WAITED_US = 0xffff_ffff;

const HEAD_WORDS = HEAD_OCTETS / 4;

/** The bits of WORD.SIZE that are FLAG. */
const FLAGS = 0xff00_0000;

/** Words of the longest record. */
const MOST_WORDS = HEAD_WORDS + 64;

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
  /** The upstream set of the last record, by its number in the service and in the epoch. */
  #set = -1;
  #setNumber = NO_NUMBER;
  #recordsBefore = 0;
  /** Records of the batch that do not tell who asked. */
  #cuts = 0;
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
    this.#set = -1;
    this.#setNumber = NO_NUMBER;
    return (this.#epoch = new Epoch(++this.#epochs, serving));
  }

  // Straight on, since it is a tenth of what an answer out of the cache costs; what is rare is mended behind it. V8 makes one piece
  // of this and of what it calls as long as it is no larger.
  // oxlint-disable-next-line complexity -- in pieces it is a third slower
  record(outcome: Outcome): void {
    const { serving, incoming, policy } = outcome;
    if (serving === undefined || incoming === undefined) return;
    if (serving !== this.#serving) this.follow(serving);
    const epoch = this.#epoch!;
    let mode: number = MODE.full;
    if (!epoch.isAllFull) {
      mode = policy < 0 ? modeWithout(epoch, serving, incoming) : epoch.modes[policy]!;
      if (mode === MODE.off) return;
    }
    if ((this.#at > this.#last || this.#clock.ms !== this.#tickMs) && !this.#hasRoom(epoch)) return;
    const at = this.#at;
    const words = this.#words;
    const { entrance, client } = incoming;
    const vlan = entrance.numberedIn === epoch.number ? entrance.number : numberOf(entrance, epoch);
    words[at + WORD.TIME] = this.#tick;
    words[at + WORD.VLAN_POLICY] = vlan | (policy << 16);
    words[at + WORD.ENTRY_SET] = (outcome.exception & NO_NUMBER) | (this.#numberOfSet(outcome.set) << 16);
    words[at + WORD.PORT_SERVER] = client.port | (NO_NUMBER << 16);
    writeClient(words, at + WORD.CLIENT, client.words);
    writeOutcome(words, at, outcome);
    const flags = flagsOf(outcome, incoming);
    const size = writeName(words, at + HEAD_WORDS, outcome);
    words[at + WORD.SIZE] = size | (flags << 24);
    this.#at = at + ((size & SIZE_BITS) >>> 2);
    if (!epoch.isPlain || !outcome.isFirst) this.#mend(at, outcome, incoming, mode);
    if (outcome.reason !== NO_REASON || outcome.verdict === VERDICT.ALLOWED)
      this.#writeReason(at, outcome, serving, mode);
    this.records++;
  }

  /** The number of an upstream set: mostly the one of the query before. */
  #numberOfSet(set: number): number {
    if (set === this.#set) return this.#setNumber;
    this.#set = set;
    return (this.#setNumber = this.#epoch!.numberOfSet(set));
  }

  /** Sends what there is. */
  flush(): void {
    const batch = this.#batch;
    this.#isDue = false;
    if (batch === undefined) return;
    this.#batch = undefined;
    batch.records = this.records - this.#recordsBefore;
    // Behind each other in the order in which they came, they could tell who asked all the same.
    if (this.#cuts > 0) disorder(batch.words, this.#at);
    this.#cuts = 0;
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
  #mend(at: number, outcome: Outcome, incoming: Incoming, mode: number): void {
    if (!outcome.isFirst) this.#writeWait(at, outcome, incoming);
    const isBlocked = (this.#words[at + WORD.SIZE]! & (FLAG.BLOCKED << 24)) !== 0;
    if (mode === MODE.full || (mode === MODE.blocked && isBlocked)) {
      if (outcome.exception < 0 && this.#epoch!.hasPlainClients) this.#writeEntry(at, incoming);
    } else this.#cut(at, mode !== MODE.anonymous);
  }

  #writeWait(at: number, { server }: Outcome, { startedMs, wasHit, client }: Incoming): void {
    const words = this.#words;
    const waitedUs = (this.#clock.ms - startedMs) * 1000;
    words[at + WORD.TIME] = Math.max(startedMs - this.#baseMs, 0);
    words[at + WORD.WAITED] = Math.min(Math.max(waitedUs, 1), MOST_WAITED_US);
    if (wasHit) words[at + WORD.SIZE] = words[at + WORD.SIZE]! | (FLAG.HIT << 24);
    if (server !== undefined)
      words[at + WORD.PORT_SERVER] = client.port | (this.#epoch!.serverOf(server) << 16);
  }

  /** Takes out what could tell who asked, and of one that is nameless what was asked. */
  #cut(at: number, isNameless: boolean): void {
    const words = this.#words;
    const policy = words[at + WORD.VLAN_POLICY]! >>> 16;
    const unixMs = words[at + WORD.TIME]! + this.#baseMs + this.#aheadMs;
    words[at + WORD.TIME] = words[at + WORD.TIME]! - (unixMs % CUT_MS);
    words.fill(0, at + WORD.CLIENT, at + WORD.CLIENT + 4);
    words[at + WORD.ENTRY_SET] = words[at + WORD.ENTRY_SET]! | NO_NUMBER;
    words[at + WORD.VLAN_POLICY] =
      (words[at + WORD.VLAN_POLICY]! & NO_NUMBER) | (this.#epoch!.plainPolicy(policy) << 16);
    words[at + WORD.PORT_SERVER] = words[at + WORD.PORT_SERVER]! & ~NO_NUMBER;
    this.#cuts++;
    if (!isNameless) return;
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

  /** Writes why a name was refused or allowed, where the record is not nameless, and has that told. */
  #writeReason(at: number, outcome: Outcome, serving: Serving, mode: number): void {
    const words = this.#words;
    const epoch = this.#epoch!;
    if ((words[at + WORD.SIZE]! & (FLAG.NAMELESS << 24)) !== 0) return;
    let { reason } = outcome;
    if (outcome.target !== undefined) reason = epoch.targets.numberOf(reason, outcome.target);
    else if (reason === NO_REASON) reason = epoch.allowances.numberOf(outcome, serving);
    if (mode === MODE.anonymous) reason = epoch.forNobody.numberOf(reason);
    words[at + WORD.REASON] = reason;
    if (reason !== NO_REASON) epoch.name(reason);
  }
}

/** The mode of a query that nobody's policy was looked up for: its client's all the same, or the strictest, where it has none. */
function modeWithout(epoch: Epoch, serving: Serving, { entrance, client }: Incoming): number {
  const vlan = serving.vlans.get(entrance.vlan);
  const policy = vlan && selectPolicy(vlan, client);
  return policy === undefined ? epoch.strictest : epoch.modes[policy.number]!;
}

function numberOf(entrance: Entrance, epoch: Epoch): number {
  entrance.numberedIn = epoch.number;
  return (entrance.number = epoch.vlanOf(entrance.vlan));
}
