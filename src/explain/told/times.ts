// What explain tells of time: the schedules that hold for a policy, what begins next, and what that changes.
import type { NameView } from '../../dns/name-view.ts';
import { dateTimeText, soonText } from '../../schedules/time-text.ts';
import { activeTexts, nextText } from '../../schedules/times.ts';
import type { Serving } from '../../server/serving.ts';
import { choosePolicy, Decider } from '../decision.ts';
import type { Asker, Decision, PolicyChoice } from '../decision.ts';

/** The schedules of a policy at the moment that is explained. */
export interface ToldSchedules {
  /** The IANA name of the zone, and the moment in it: `2026-12-24 22:00`. */
  readonly zone: string;
  readonly at: string;
  /** What holds, as `bedtime until 06:30`. */
  readonly active: readonly string[];
  /** What begins next, as `bedtime at Mon 21:00`. */
  readonly next: string | undefined;
  /** Whether the clock is plainly wrong, so that every schedule holds. */
  readonly isClockWrong: boolean;
}

/** What will be once something begins or ends: a schedule, or what was done at the desk. */
export interface ToldChange {
  readonly at: string;
  readonly verdict: Decision['is'];
  readonly why: string;
}

/** The schedules of a policy; undefined where it has none. */
export function toldSchedules(serving: Serving, policy: string): ToldSchedules | undefined {
  const { times } = serving;
  if (times.zone === undefined || !times.policies.has(policy)) return undefined;
  return {
    zone: times.zone.name,
    at: momentText(serving),
    active: activeTexts(times, policy),
    next: nextText(times, policy),
    isClockWrong: times.isClockWrong,
  };
}

/** The moment of a state in words, with its date. */
export function momentText({ times: { zone, unixMs } }: Serving): string {
  return zone === undefined ? new Date(unixMs).toISOString() : dateTimeText(zone, unixMs);
}

/** What is asked about. */
interface AskedName {
  readonly asker: Asker;
  readonly name: NameView;
  readonly qtype: number;
  readonly qclass: number | undefined;
}

/** What is decided on the same question after the next change of the asker's policy; undefined where nothing will change by itself. */
export function nextChange(
  serving: Serving,
  { policy }: PolicyChoice,
  asked: AskedName,
): ToldChange | undefined {
  const { changesAtMs } = policy;
  if (changesAtMs === Infinity) return undefined;
  const then = serving.at(changesAtMs);
  const choice = choosePolicy(then, asked.asker);
  if (typeof choice === 'string') return undefined;
  const decider = new Decider(then);
  decider.local = choice.vlan.local;
  const { is, because } = decider.decide(choice.policy, asked.name, asked.qtype, asked.qclass);
  const { zone, unixMs } = serving.times;
  const at = zone === undefined ? new Date(changesAtMs).toISOString() : soonText(zone, changesAtMs, unixMs);
  return { at, verdict: is, why: because };
}
