// Policies: `extends` is resolved here, once, so that no later part walks a chain. Lists, services and rules add up, the extended
// policy's first; every other key that is written overrides.

import type { Policy, PolicySide, Position, Reference, Rule } from '../config.ts';
import type { BlockedAnswer } from '../../policy/policy-settings.ts';
import type { FaultLog } from '../config-error.ts';
import { ENGINES } from '../keys/safe-search.ts';
import type { QueryLogMode } from '../../querylog/messages.ts';
import type { SafeSearchSettings } from '../../policy/safe-search.ts';
import type { Section } from '../definition.ts';
import type { DraftPolicy, DraftSide } from '../keys/policies.ts';
import type { Placed } from '../schema.ts';
import type { Names } from './names.ts';
import { finishSchedules, reportSchedules } from './schedules.ts';

// Each level copies the lists, services and rules of those that it extends, so a long chain would take all memory.
const MAX_LEVELS = 32;

interface OwnPolicy {
  readonly name: string;
  readonly at: Position;
  readonly draft: DraftPolicy;
}

type WrittenRule = DraftSide['rules'][number];

/** What policies are held against. */
interface Around {
  readonly names: Names;
  readonly faults: FaultLog;
  /** A day since 1970-01-01. */
  readonly today: number;
  /** What is logged of policies that do not say it. */
  readonly queryLog: QueryLogMode;
}

/** Gives the policies with everything they extend; what is wrong is reported. */
export function finishPolicies(section: Section<DraftPolicy>, around: Around): Policy[] {
  const { names, faults, today } = around;
  const own = new Map<string, OwnPolicy>();
  for (const { name, at, value } of section) {
    if (value === undefined) continue;
    own.set(name, { name, at, draft: value });
    reportReferences(name, value, names);
    reportContradictions(name, value, faults);
    reportEmptyAnswer(name, value, faults);
    reportSchedules(value.schedules, today, faults);
  }
  const finished = new Map<string, Policy>();
  for (const name of own.keys()) finishChain(name, own, finished, around);
  return [...own.keys()].flatMap((name) => finished.get(name) ?? []);
}

/** Finishes a policy after those that it extends, the furthest first. */
function finishChain(
  name: string,
  own: ReadonlyMap<string, OwnPolicy>,
  finished: Map<string, Policy>,
  { faults, queryLog }: Pick<Around, 'faults' | 'queryLog'>,
): void {
  const chain: OwnPolicy[] = [];
  let next = own.get(name);
  while (next !== undefined && !finished.has(next.name)) {
    if (chain.includes(next)) {
      reportCycle(chain.slice(chain.indexOf(next)), faults);
      break;
    }
    chain.push(next);
    if (chain.length > MAX_LEVELS) {
      faults.error(
        extendsAt(next),
        `policies.${next.name}.extends`,
        `is more than ${MAX_LEVELS} levels deep; extend a policy with fewer levels`,
      );
      break;
    }
    next = next.draft.extends === undefined ? undefined : own.get(next.draft.extends);
  }
  for (const policy of chain.toReversed())
    finished.set(policy.name, addUp(policy, finished.get(policy.draft.extends ?? ''), queryLog));
}

function reportCycle(cycle: readonly OwnPolicy[], faults: FaultLog): void {
  const first = cycle.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)[0];
  if (first === undefined) return;
  const start = cycle.indexOf(first);
  const round = [...cycle.slice(start), ...cycle.slice(0, start), first].map(({ name }) => name).join(' → ');
  faults.error(
    extendsAt(first),
    `policies.${first.name}.extends`,
    `policies extend each other in a circle: ${round}; take one "extends" out`,
  );
}

function extendsAt(policy: OwnPolicy): Position {
  return policy.draft.written.keys.extends ?? policy.at;
}

function addUp(own: OwnPolicy, base: Policy | undefined, queryLog: QueryLogMode): Policy {
  const { name, at, draft } = own;
  const { keys } = draft.written;
  return {
    name,
    extends: draft.extends,
    block: addSides(name, draft.block, base?.block),
    allow: addSides(name, draft.allow, base?.allow),
    schedules: finishSchedules(
      { policy: name, drafts: draft.schedules, toSide: (side) => addSides(name, side, undefined) },
      base?.schedules,
    ),
    only: override(base?.only, draft.only, keys.only),
    answer: override(base?.answer, finishAnswer(draft.answer), keys.answer),
    blockTtlSeconds: override(base?.blockTtlSeconds, draft.block_ttl, keys.block_ttl),
    bypass: override(base?.bypass, draft.bypass, keys.bypass),
    rebindProtection: override(base?.rebindProtection, draft.rebind_protection, keys.rebind_protection),
    safeSearch: override(base?.safeSearch, finishSafeSearch(draft.safe_search), keys.safe_search),
    inspect: override(base?.inspect, draft.inspect, keys.inspect),
    allowance: addAllowance(draft.allowance, base?.allowance),
    upstream: override(base?.upstream, draft.upstream, keys.upstream),
    whenListsMissing: override(base?.whenListsMissing, draft.when_lists_missing, keys.when_lists_missing),
    queryLog: modeOf(draft, base, queryLog),
    at,
  };
}

function modeOf(own: DraftPolicy, base: Policy | undefined, standard: QueryLogMode): QueryLogMode {
  return own.querylog ?? base?.queryLog ?? standard;
}

/** Gives the policy's own value where it is written, or where nothing is extended and it is the default. */
function override<T>(inherited: T | undefined, own: T, ownAt: Position | undefined): T {
  return inherited === undefined || ownAt !== undefined ? own : inherited;
}

function finishAnswer(answer: DraftPolicy['answer']): BlockedAnswer {
  return typeof answer === 'string' ? answer : { ipv4: answer.ipv4, ipv6: answer.ipv6 };
}

/** The allowance of what is extended, with what is written anew in its place. */
function addAllowance(
  own: DraftPolicy['allowance'],
  base: Policy['allowance'] | undefined,
): Policy['allowance'] {
  const allowance = new Map(base);
  for (const { name, value } of own) if (value !== undefined) allowance.set(name, value);
  return allowance;
}

/** Of each engine that is on how strict it is. */
function finishSafeSearch(written: DraftPolicy['safe_search']): SafeSearchSettings {
  if (written === false) return {};
  const isOn = (engine: (typeof ENGINES)[number]): boolean => written === true || written[engine] === true;
  const strict = ENGINES.filter(isOn).map((engine) => [engine, 'strict'] as const);
  const youtube = written === true ? undefined : written.youtube;
  return Object.fromEntries(youtube === undefined ? strict : [...strict, ['youtube', youtube] as const]);
}

function addSides(policy: string, own: DraftSide, base: PolicySide | undefined): PolicySide {
  const lists = new Map<string, Reference>(base?.lists.map((list) => [list.name, list]));
  for (const { value, at } of own.lists) if (!lists.has(value)) lists.set(value, { name: value, at });
  const services = new Map<string, Reference>(base?.services.map((service) => [service.name, service]));
  for (const { value, at } of own.services)
    if (!services.has(value)) services.set(value, { name: value, at });
  const rules = new Map<string, Rule>(base?.rules.map((rule) => [rule.text, rule]));
  for (const { value, at } of own.rules)
    if (!rules.has(value.text)) rules.set(value.text, { text: value.text, policy, at });
  return { lists: [...lists.values()], services: [...services.values()], rules: [...rules.values()] };
}

function reportReferences(name: string, draft: DraftPolicy, names: Names): void {
  const { keys } = draft.written;
  const setting = `policies.${name}`;
  if (draft.extends !== undefined && keys.extends !== undefined)
    names.policies.refer(draft.extends, keys.extends, `${setting}.extends`);
  if (keys.upstream !== undefined)
    names.upstreams.refer(draft.upstream, keys.upstream, `${setting}.upstream`);
  for (const side of [draft.block, draft.allow, ...scheduledSides(draft)]) {
    for (const list of side.lists) names.lists.refer(list.value, list.at, list.setting);
    for (const service of side.services) names.services.refer(service.value, service.at, service.setting);
  }
}

/** What the schedules of a policy block that do not block everything. */
function scheduledSides({ schedules }: DraftPolicy): DraftSide[] {
  return schedules.flatMap(({ block }) => (block === undefined || typeof block === 'string' ? [] : [block]));
}

/** A policy must not contradict itself; to undo what it extends, it has allow rules and lists. */
function reportContradictions(name: string, draft: DraftPolicy, faults: FaultLog): void {
  const { allow } = draft;
  for (const block of [draft.block, ...scheduledSides(draft)]) {
    reportBoth(block.lists, allow.lists, (list: string) => `list "${list}"`, { name, faults });
    reportBoth(block.services, allow.services, (service: string) => `service "${service}"`, { name, faults });
    reportBoth(block.rules, allow.rules, (rule: WrittenRule['value']) => `"${rule.canonical}"`, {
      name,
      faults,
    });
  }
}

function reportBoth<T extends string | WrittenRule['value']>(
  blocked: readonly Placed<T>[],
  allowed: readonly Placed<T>[],
  describe: (value: T) => string,
  report: { readonly name: string; readonly faults: FaultLog },
): void {
  const blockedLines = new Map(blocked.map(({ value, at }) => [describe(value), at.line]));
  for (const { value, at, setting } of allowed) {
    const line = blockedLines.get(describe(value));
    if (line === undefined) continue;
    report.faults.error(
      at,
      setting,
      `${describe(value)} is blocked by the same policy in line ${line}; keep it on one side`,
    );
  }
}

function reportEmptyAnswer(name: string, draft: DraftPolicy, faults: FaultLog): void {
  const { answer } = draft;
  const { keys } = draft.written;
  if (typeof answer === 'string' || answer.ipv4 !== undefined || answer.ipv6 !== undefined) return;
  // A faulty address was reported already.
  if (keys.answer === undefined || Object.keys(answer.written.keys).length > 0) return;
  faults.error(
    keys.answer,
    `policies.${name}.answer`,
    'has no address; write { ipv4: ADDRESS, ipv6: ADDRESS }, one or both',
  );
}
