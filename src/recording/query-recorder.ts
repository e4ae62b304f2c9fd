// Writes a record of each query that has come to its end into the batch that is being filled. The rules: nothing is allocated, nothing
// waits, and where there is no room a record is lost and counted; what a policy does not let be told is not written.
import type { NameView } from '../dns/name-view.ts';
import { VERDICT } from '../policy/judge.ts';
import { exceptionOf, selectPolicy } from '../policy/vlan.ts';
import { NO_REASON } from '../querylog/reason-table.ts';
import { FLAG, HEAD_OCTETS, WORD } from '../querylog/record-layout.ts';
import { STEP } from '../server/step.ts';
import type { Entrance, Incoming } from '../server/entrance.ts';
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

/** Words of the longest record. */
const MOST_WORDS = HEAD_WORDS + 64;

/** What of a query is told: name and client, only the name, or that there was one. */
const TELLS = { ALL: 0, NAME: 1, NOTHING: 2 } as const;

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
  #octets = new Uint8Array();
  #at = 0;
  #last = -1;
  /** The moment that the batch's times count from, by the clock of queries; and how far that one is from the system's. */
  #baseMs = 0;
  #aheadMs = 0;
  #lostSince = 0;
  /** The name of outcomes, and its octets by words. */
  #name: NameView | undefined;
  #nameWords: Uint32Array = new Uint32Array();
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

  record(outcome: Outcome): void {
    const { serving, incoming, policy } = outcome;
    if (serving === undefined || incoming === undefined) return;
    const epoch = serving === this.#serving ? this.#epoch! : this.follow(serving);
    const mode = policy < 0 ? modeWithout(epoch, serving, incoming) : epoch.modes[policy]!;
    if (mode === MODE.off || !this.#hasRoom(epoch)) return;
    const flags = flagsOf(outcome, incoming);
    const isFull = mode === MODE.full || (mode === MODE.blocked && (flags & FLAG.BLOCKED) !== 0);
    if (isFull) this.#write(outcome, incoming, flags, TELLS.ALL);
    else if (mode === MODE.anonymous) this.#write(outcome, incoming, flags, TELLS.NAME);
    else this.#write(outcome, incoming, flags | FLAG.NAMELESS, TELLS.NOTHING);
    this.records++;
    this.#batch!.records++;
  }

  /** Sends what there is. */
  flush(): void {
    const batch = this.#batch;
    this.#isDue = false;
    if (batch === undefined) return;
    this.#batch = undefined;
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

  /** Whether there is room for a record. A clock that was set begins a batch, so that times are wrong before that and not behind it. */
  #hasRoom(epoch: Epoch): boolean {
    const { ms, unixMs } = this.#clock;
    const movedMs = unixMs - ms - this.#aheadMs;
    if (this.#at <= this.#last && movedMs < STEADY_MS && movedMs > -STEADY_MS) return true;
    return this.#open(epoch);
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
    this.#baseMs = ms - BEFORE_MS;
    this.#aheadMs = unixMs - ms;
    batch.begin({ epoch, unixMs: unixMs - BEFORE_MS, lost: this.#lostSince });
    this.#lostSince = 0;
    this.#batch = batch;
    this.#words = batch.words;
    this.#octets = batch.octets;
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

  #write(outcome: Outcome, incoming: Incoming, flags: number, tells: number): void {
    const words = this.#words;
    const at = this.#at;
    const octets = tells !== TELLS.NOTHING && outcome.isRead ? outcome.name.length : 0;
    const nameWords = (octets + 3) >>> 2;
    words[at + WORD.SIZE] = (HEAD_OCTETS + nameWords * 4) | (octets << 16) | (flags << 24);
    this.#writeTimes(at, outcome, incoming, tells);
    this.#writeWho(at, outcome, incoming, tells);
    words[at + WORD.QTYPE_RCODE] = outcome.qtype | (outcome.rcode << 16);
    const depth = outcome.verdict === VERDICT.PASS ? 0 : outcome.depth;
    words[at + WORD.STEP_VERDICT_DEPTH_ERROR] =
      outcome.step | (outcome.verdict << 8) | (depth << 16) | (errorOf(outcome) << 24);
    words[at + WORD.REASON] = tells === TELLS.NOTHING ? NO_REASON : this.#reasonOf(outcome, tells);
    if (octets > 0) this.#writeName(at + HEAD_WORDS, nameWords, outcome.name);
    this.#at = at + HEAD_WORDS + nameWords;
  }

  #writeTimes(at: number, { isFirst }: Outcome, { startedMs }: Incoming, tells: number): void {
    const words = this.#words;
    const { ms } = this.#clock;
    const cameMs = (isFirst ? ms : startedMs) - this.#baseMs;
    words[at + WORD.TIME] =
      tells === TELLS.ALL ? cameMs : cameMs - ((cameMs + this.#baseMs + this.#aheadMs) % ANONYMOUS_MS);
    words[at + WORD.WAITED] = isFirst ? 0 : Math.max((ms - startedMs) * 1000, 1);
  }

  #writeWho(at: number, outcome: Outcome, incoming: Incoming, tells: number): void {
    const words = this.#words;
    const epoch = this.#epoch!;
    const { entrance, client } = incoming;
    const { policy, set, server } = outcome;
    const vlan = entrance.numberedIn === epoch.number ? entrance.number : numberOf(entrance, epoch);
    let entry = NO_NUMBER;
    const told = at + WORD.CLIENT;
    if (tells === TELLS.ALL) {
      const from = client.words;
      words[told] = from[0]!;
      words[told + 1] = from[1]!;
      words[told + 2] = from[2]!;
      words[told + 3] = from[3]!;
      entry = outcome.exception;
      if (entry < 0 && epoch.hasPlainClients[vlan] === 1) entry = placeOf(entrance, incoming);
    } else words[told] = words[told + 1] = words[told + 2] = words[told + 3] = 0;
    words[at + WORD.VLAN_POLICY] = vlan | (policy << 16);
    words[at + WORD.ENTRY_SET] = (entry & NO_NUMBER) | ((set < 0 ? NO_NUMBER : epoch.sets[set]!) << 16);
    words[at + WORD.PORT_SERVER] = (server === undefined ? NO_NUMBER : epoch.serverOf(server)) << 16;
  }

  #writeName(at: number, nameWords: number, name: NameView): void {
    if (name !== this.#name) {
      this.#name = name;
      this.#nameWords = new Uint32Array(name.wire.buffer);
    }
    const words = this.#words;
    const from = this.#nameWords;
    for (let i = 0; i < nameWords; i++) words[at + i] = from[i]!;
    // What lies behind the name in its room is of an earlier one.
    const end = (at + nameWords) * 4;
    for (let i = at * 4 + name.length; i < end; i++) this.#octets[i] = 0;
  }

  #reasonOf({ reason }: Outcome, _tells: number): number {
    if (reason !== NO_REASON) this.#epoch!.name(reason);
    return reason;
  }
}

/** The mode of a query that nobody's policy was looked up for: its client's all the same, or the strictest, where it has none. */
function modeWithout(epoch: Epoch, serving: Serving, { entrance, client }: Incoming): number {
  const vlan = serving.vlans.get(entrance.vlan);
  const policy = vlan && selectPolicy(vlan, client);
  return policy === undefined ? epoch.strictest : epoch.modes[policy.number]!;
}

function flagsOf(outcome: Outcome, { entrance, client, wasHit }: Incoming): number {
  const { step, isFirst, isLedOn, isSafeSearch } = outcome;
  const isHit = outcome.isHit || (!isFirst && wasHit);
  const isBlockedName = !isSafeSearch && (isLedOn || step === STEP.BLOCKED || step === STEP.CANARY);
  return (
    (client.family === 6 ? FLAG.IPV6 : 0) |
    (isBlockedName || step === STEP.INSPECTED ? FLAG.BLOCKED : 0) |
    (isHit ? FLAG.HIT : 0) |
    (outcome.isStale ? FLAG.STALE : 0) |
    (entrance.transport.isFramed ? FLAG.STREAM : 0) |
    (isSafeSearch ? FLAG.SAFE_SEARCH : 0)
  );
}

/** The INFO-CODE as a record has it. */
function errorOf({ error }: Outcome): number {
  if (error === undefined) return 0;
  const code = (error[0]! << 8) | error[1]!;
  return code > 253 ? 255 : code + 1;
}

function numberOf(entrance: Entrance, epoch: Epoch): number {
  entrance.numberedIn = epoch.number;
  return (entrance.number = epoch.vlanOf(entrance.vlan));
}

/** The place of a client that has a name and no policy of its own. */
function placeOf({ current }: Entrance, { client }: Incoming): number {
  return current === undefined ? NO_NUMBER : exceptionOf(current, client);
}
