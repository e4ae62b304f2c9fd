// The text of desk.yaml: an entry a line, valid YAML as a whole. The rule: a line that is not understood costs itself alone.
import { isLasting } from './desk-entry.ts';
import type { DeskEntry, DeskState, SpentTime } from './desk-entry.ts';
import { entryToLine, readDeskLine, spentToLine } from './desk-line.ts';

/** How many rules may stay, and how many entries may be about to end, at most. */
export const MAX_RULES = 1000;
export const MAX_TIMED = 1000;

/** Lines about time that was spent: one a VLAN, service and day. */
const MAX_SPENT = 10_000;

/** A line that is not used. */
export interface LineFault {
  readonly line: number;
  readonly text: string;
  /** What is wrong with it, to follow "line 7". */
  readonly fault: string;
}

/** What a text says. */
export interface DeskReading {
  readonly state: DeskState;
  readonly faults: readonly LineFault[];
}

const HEADER = [
  '# What was changed at the desk: vlandns allow, block, grant, deny, pause. One entry a line.',
  '# vlandns writes this file anew at every change. Lines may be changed by hand; `vlandns reload` then takes them.',
];

/** Reads a text; never throws for what it says. */
export function readDeskText(text: string): DeskReading {
  const entries = new Map<string, DeskEntry>();
  const spent: SpentTime[] = [];
  const faults: LineFault[] = [];
  const room = { rules: MAX_RULES, timed: MAX_TIMED };
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#.*)?$/.test(written)) continue;
    const line = index + 1;
    const reading = readDeskLine(written.trimEnd(), line);
    const fault = 'fault' in reading ? reading.fault : 'entry' in reading ? take(reading.entry) : undefined;
    if (fault !== undefined) faults.push({ line, text: written, fault });
    else if ('spent' in reading && spent.length < MAX_SPENT) spent.push(reading.spent);
  }
  return { state: { entries: [...entries.values()], spent }, faults };

  function take(entry: DeskEntry): string | undefined {
    const earlier = entries.get(entry.id);
    if (earlier !== undefined) return `has the id of line ${earlier.line}, ${entry.id}`;
    const kind = isLasting(entry) ? 'rules' : 'timed';
    if (room[kind]-- <= 0) return `is one too many: there may be ${isLasting(entry) ? MAX_RULES : MAX_TIMED}`;
    entries.set(entry.id, entry);
    return undefined;
  }
}

/** The entries in the order of the file, each with its line there: rules first, so that what ends moves no rule. */
export function inFileOrder(entries: readonly DeskEntry[]): DeskEntry[] {
  const ordered = [...entries.filter(isLasting), ...entries.filter((entry) => !isLasting(entry))];
  return ordered.map((entry, index) => ({ ...entry, line: HEADER.length + index + 1 }));
}

/** The text of a state whose entries are in the order of the file. */
export function toDeskText({ entries, spent }: DeskState): string {
  return [...HEADER, ...entries.map(entryToLine), ...spent.map(spentToLine), ''].join('\n');
}
