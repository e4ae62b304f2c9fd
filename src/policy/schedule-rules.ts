// What schedules of policies say about names: their rules are a source of their own each, which counts while the schedule holds.
import { sourceKey } from './rule-source.ts';
import type { RuleSource } from './rule-source.ts';
import type { Use } from './verdict-table.ts';

/** What a schedule blocks. */
interface ScheduleSide {
  readonly lists: readonly { readonly name: string }[];
  readonly rules: readonly { readonly text: string; readonly at: { readonly line: number } }[];
  readonly services?: readonly { readonly name: string }[];
}

/** A schedule of a policy, but for when it holds. */
export interface ScheduleOptions {
  readonly name: string;
  /** The policy that it is written in. */
  readonly policy: string;
  readonly block: 'everything' | ScheduleSide;
}

/** The source of a schedule's rules. */
export function scheduleSource({ policy, name }: ScheduleOptions, file: string): RuleSource {
  return { kind: 'schedule', name: `${policy}/${name}`, file };
}

/** What a schedule does to its policy while it holds. */
export function scheduleEffect(schedule: ScheduleOptions): {
  readonly uses: ReadonlyMap<string, Use>;
  readonly lists: readonly string[];
  readonly patterns: readonly string[];
  readonly blocksAll: boolean;
} {
  const { block } = schedule;
  if (block === 'everything') return { uses: new Map(), lists: [], patterns: [], blocksAll: true };
  const keys = [
    sourceKey(scheduleSource(schedule, '')),
    ...(block.services ?? []).map(({ name }) => sourceKey({ kind: 'service', name })),
  ];
  return {
    uses: new Map(keys.map((key) => [key, 'as written'] as const)),
    lists: block.lists.map(({ name }) => name),
    patterns: block.rules.map(({ text }) => text).filter(isPattern),
    blocksAll: false,
  };
}

/** Whether a rule is a regular expression and no name. */
export function isPattern(text: string): boolean {
  return text.length > 1 && text.startsWith('/') && text.endsWith('/');
}
