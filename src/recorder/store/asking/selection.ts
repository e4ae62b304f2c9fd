// Which records are meant: a filter made into ids, then into what each block calls them. The rule: a block that cannot have any is not
// read beyond its head.
import type { HistoryFilter } from '../../../querylog/history.ts';
import { FLAG } from '../../../querylog/record-layout.ts';
import { vlanTest } from '../../wanted.ts';
import type { Block, Terms } from '../packed/block.ts';
import type { OpenLog } from '../sqlite/open-log.ts';
import type { KeptManner, Manners } from '../terms/manners.ts';

/** A filter by ids. */
export interface Selection {
  /** From this time on, and before that one. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Ids that are meant; undefined where all are. */
  readonly names: ReadonlySet<number> | undefined;
  readonly clients: ReadonlySet<number> | undefined;
  readonly isMeant: (manner: Pick<KeptManner, 'vlan' | 'flags'>) => boolean;
}

/** Makes a filter into a selection; nothing from before `oldestMs` is meant, whatever it says. */
export function select(log: OpenLog, filter: HistoryFilter, oldestMs: number): Selection {
  const { client, name, blocked, sinceMs = 0, untilMs = Infinity } = filter;
  const isVlan = vlanTest(filter);
  return {
    sinceMs: Math.max(sinceMs, oldestMs),
    untilMs,
    names: name === undefined ? undefined : log.names.matching(name),
    clients: client === undefined ? undefined : log.clients.matching(client),
    isMeant: (manner) =>
      isVlan(manner.vlan) && (blocked === undefined || ((manner.flags & FLAG.BLOCKED) !== 0) === blocked),
  };
}

/** Blocks that can have records of these times, the stored ones unread. */
export function* blocksOf(log: OpenLog, { sinceMs, untilMs }: Selection): Iterable<Block> {
  for (const place of log.blocks.places.slice()) {
    // Between two blocks time may pass, and the oldest be removed.
    const isGone = place.seq < (log.blocks.places[0]?.seq ?? Infinity);
    if (!isGone && place.toMs >= sinceMs && place.fromMs < untilMs) yield log.blocks.read(place);
  }
  for (const { block } of log.segments) {
    if (block.count > 0 && block.toMs >= sinceMs && block.fromMs < untilMs) yield block;
  }
}

/** Tells the places of the records of a block that are meant. */
export function eachMatch(
  block: Block,
  selection: Selection,
  manners: Manners,
  tell: (at: number) => void,
): void {
  const { sinceMs, untilMs } = selection;
  const ofManners = maskOf(block.mannerTerms, (id) => selection.isMeant(manners.manner(id)));
  const ofClients = maskOf(block.clientTerms, (id) => selection.clients?.has(id) ?? true);
  if (ofManners === NOTHING || ofClients === NOTHING) return;
  const ofNames = maskOf(block.nameTerms, (id) => selection.names?.has(id) ?? true);
  if (ofNames === NOTHING) return;
  const meant = new Uint8Array(block.count).fill(1);
  if (ofManners !== undefined) strike(meant, ofManners, block.manners);
  if (ofClients !== undefined) strike(meant, ofClients, block.clients);
  if (ofNames !== undefined) strike(meant, ofNames, block.names);
  if (block.fromMs < sinceMs || block.toMs >= untilMs) {
    const { times } = block;
    for (let at = 0; at < meant.length; at++)
      if (times[at]! < sinceMs || times[at]! >= untilMs) meant[at] = 0;
  }
  for (let at = 0; at < meant.length; at++) if (meant[at] === 1) tell(at);
}

/** Strikes out the records whose term the mask does not have. */
function strike(meant: Uint8Array, mask: Uint8Array, column: ArrayLike<number>): void {
  for (let at = 0; at < meant.length; at++) if (mask[column[at]!] === 0) meant[at] = 0;
}

/** No term is meant. */
const NOTHING = new Uint8Array(0);

/** By a block's own number, 1 for those that are meant; undefined where all are. */
function maskOf(terms: Terms, isMeant: (id: number) => boolean): Uint8Array | undefined {
  const mask = new Uint8Array(terms.length);
  let meant = 0;
  for (let number = 0; number < terms.length; number++)
    if (isMeant(terms[number]!)) meant += mask[number] = 1;
  return meant === 0 ? NOTHING : meant === terms.length ? undefined : mask;
}
