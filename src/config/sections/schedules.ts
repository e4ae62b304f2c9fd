// The schedules of a policy: those of the policy that it extends first. One of the same name takes the place of theirs, so that
// a bedtime can be another for the older ones.

import { beginsOn, dayText, holdsAlways, weekdayOf } from '../../schedules/schedule.ts';
import type { PolicySchedule, PolicySide, Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { DraftPolicy, DraftSide } from '../keys/policies.ts';

type DraftSchedule = DraftPolicy['schedules'][number];

/** The schedules that are written in one policy, and what they are finished with. */
interface OwnSchedules {
  readonly policy: string;
  readonly drafts: readonly DraftSchedule[];
  /** Gives what a schedule of this policy blocks. */
  readonly toSide: (draft: DraftSide) => PolicySide;
}

/** The schedules of a policy, after those that it extends. */
export function finishSchedules(
  { policy, drafts, toSide }: OwnSchedules,
  inherited: readonly PolicySchedule[] = [],
): PolicySchedule[] {
  const schedules = new Map(inherited.map((schedule) => [schedule.name, schedule]));
  for (const draft of drafts) {
    const { name, from, to, block, written } = draft;
    if (name === undefined || from === undefined || to === undefined || block === undefined) continue;
    schedules.set(name, {
      name,
      days: new Set(draft.days.flat()),
      fromMinutes: from,
      toMinutes: to,
      except: new Set(draft.except.map(({ value }) => value)),
      block: typeof block === 'string' ? block : toSide(block),
      policy,
      at: written.at,
    });
  }
  return [...schedules.values()];
}

/** Reports schedules that cannot be what somebody wanted; `today` is a day since 1970-01-01. */
export function reportSchedules(drafts: readonly DraftSchedule[], today: number, faults: FaultLog): void {
  const lines = new Map<string, number>();
  for (const draft of drafts) {
    const { name, written } = draft;
    const setting = (key: string): string => `${written.setting}.${key}`;
    const line = name === undefined ? undefined : lines.get(name);
    if (line !== undefined)
      faults.error(
        written.keys.name ?? written.at,
        setting('name'),
        `"${name}" is the name of the schedule in line ${line} too; write another name`,
      );
    else if (name !== undefined) lines.set(name, written.at.line);
    reportNothing(draft, faults);
    reportAlways(draft, faults);
    reportDates(draft, today, faults);
  }
}

function reportNothing({ block, written }: DraftSchedule, faults: FaultLog): void {
  if (block === undefined || typeof block === 'string') return;
  const isWritten = Object.keys(block.written.keys).length > 0;
  const blocksAny = Object.entries(block).some(
    ([key, value]) => key !== 'written' && Array.isArray(value) && value.length > 0,
  );
  // What is written in it and faulty was reported already.
  if (blocksAny || (isWritten && faults.hasErrors())) return;
  const at = written.keys.block ?? written.at;
  faults.error(at, block.written.setting, 'blocks nothing; write everything, or lists: or rules: in it');
}

function reportAlways(draft: DraftSchedule, faults: FaultLog): void {
  const { from, to, written } = draft;
  if (from === undefined || to === undefined) return;
  const schedule = {
    name: '',
    days: new Set(draft.days.flat()),
    fromMinutes: from,
    toMinutes: to,
    except: new Set(draft.except.map(({ value }) => value)),
  };
  if (!holdsAlways(schedule)) return;
  faults.error(
    written.keys.to ?? written.at,
    `${written.setting}.to`,
    'is the time of from, so that it holds always; write another time, or what it blocks into block: of the policy',
  );
}

function reportDates(draft: DraftSchedule, today: number, faults: FaultLog): void {
  const days = new Set(draft.days.flat());
  const schedule = { name: '', days, fromMinutes: 0, toMinutes: 0, except: new Set<number>() };
  const seen = new Map<number, Position>();
  for (const { value: day, at, setting } of draft.except) {
    const first = seen.get(day);
    const weekday = weekdayOf(day);
    if (first !== undefined)
      faults.warn(at, setting, `${dayText(day)} is written in line ${first.line} already; take it out`);
    // Yesterday's period may last until today, in whatever zone.
    else if (day < today - 2) faults.warn(at, setting, `${dayText(day)} is past; take it out`);
    else if (!beginsOn(schedule, day) && days.size > 0)
      faults.warn(
        at,
        setting,
        `${dayText(day)} is a day of ${weekday}, on which it does not begin anyway; write the date that the night begins on, or take it out`,
      );
    seen.set(day, first ?? at);
  }
}
