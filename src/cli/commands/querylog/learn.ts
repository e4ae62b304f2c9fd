// vlandns learn: from what a VLAN has asked for, a policy that allows that and nothing else, for VLANs of things. It is a proposal: what it
// holds is printed with how often it was asked for, so that a person can judge it.
import { nameToText, parseName } from '../../../dns/name-text.ts';
import { readRule } from '../../../config/grammar/rule-text.ts';
import type { AskedName } from '../../../querylog/history.ts';
import { EXIT } from '../../../system/ending.ts';
import type { Zone } from '../../../time/zone.ts';
import type { Call } from '../../command.ts';
import { report, UsageError } from '../../command.ts';
import { countText } from '../../text/table.ts';
import { dateText } from '../../text/zone-time.ts';
import { numberOf, openLogCall, orOff, vlanNamed } from './log-call.ts';
import { proposeRules } from './proposed-rules.ts';
import type { LearnedName, ProposedRule } from './proposed-rules.ts';

const FORM = 'write: vlandns learn VLAN [--days N] [-c FILE] [--json]';

const DAYS = 7;

/** Names that are told of those that are left out. */
const TOLD = 20;
const DAY_MS = 86_400_000;

/** What is proposed. */
interface Proposal {
  readonly vlan: string;
  /** The name of the policy. */
  readonly policy: string;
  readonly since: string;
  readonly rules: readonly ProposedRule[];
  /** Names that no rule can say, and are not in it. */
  readonly unsayable: readonly LearnedName[];
  /** Names that were asked for and blocked, and are not in it. */
  readonly blocked: readonly LearnedName[];
  readonly queries: number;
}

/** Prints a policy as YAML; status 1 where there is nothing to propose. */
export async function learn(call: Call): Promise<number> {
  const [word, ...more] = call.operands;
  if (word === undefined || more.length > 0) throw new UsageError(FORM);
  const days = numberOf(call.options.days, '--days', DAYS);
  const logCall = await openLogCall(call);
  const { config, zone, nowMs, history } = logCall;
  const vlan = vlanNamed(config, word);
  const names = new Map<string, LearnedName>();
  const taking = (async () => {
    for await (const asked of history.asked({ vlan, sinceMs: nowMs - days * DAY_MS }))
      take(names, asked, zone);
  })();
  await orOff(logCall, taking);
  const all = [...names.values()];
  const allowed = all.filter(({ queries, blocked }) => queries > blocked);
  const proposal: Proposal = {
    vlan,
    policy: freeName(`${vlan}-only`, new Set(config.policies.map(({ name }) => name))),
    since: dateText(zone.wallClockAt(nowMs - days * DAY_MS).day),
    rules: proposeRules(allowed.filter(({ name }) => isRule(name))),
    unsayable: allowed.filter(({ name }) => !isRule(name)).toSorted(byQueries),
    blocked: all.filter(({ queries, blocked }) => queries === blocked).toSorted(byQueries),
    queries: all.reduce((sum, { queries }) => sum + queries, 0),
  };
  report(call, proposal, () => toText(proposal));
  return proposal.rules.length === 0 ? EXIT.NOT_SO : EXIT.DONE;
}

function take(names: Map<string, LearnedName>, asked: AskedName, zone: Zone): void {
  const name = nameToText(parseName(asked.name)).toLowerCase();
  const before = names.get(name);
  const days = new Set([...(before?.days ?? []), ...daysOf(asked, zone)]);
  names.set(name, {
    name,
    queries: (before?.queries ?? 0) + asked.queries,
    blocked: (before?.blocked ?? 0) + asked.blocked,
    clients: new Set([...(before?.clients ?? []), ...(asked.client === undefined ? [] : [asked.client])]),
    days,
  });
}

/** The first and the last day; what was between them is not told. */
function daysOf({ firstMs, lastMs }: AskedName, zone: Zone): number[] {
  return [zone.wallClockAt(firstMs).day, zone.wallClockAt(lastMs).day];
}

function isRule(name: string): boolean {
  return 'value' in readRule(name);
}

function byQueries(a: LearnedName, b: LearnedName): number {
  return b.queries - a.queries || (a.name < b.name ? -1 : 1);
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(name)) return name;
  }
}

function toText(proposal: Proposal): string {
  const { vlan, policy, since, rules, unsayable, blocked, queries } = proposal;
  if (rules.length === 0)
    return `nothing that VLAN ${vlan} has asked for since ${since} was answered: there is nothing to propose\n`;
  const lines = [
    `# What VLAN ${vlan} has asked for since ${since}: ${countText(queries)} queries. A policy that allows this and nothing else.`,
    '# Read it through: whatever asked for it, an update next month may ask for another name. Then put it under policies:,',
    `# name it as the policy of VLAN ${vlan}, and try it: vlandns check --against FILE --log 7d`,
    'policies:',
    `  ${policy}:`,
    '    only: true',
    '    allow:',
    '      rules:',
    ...rules.flatMap(ruleLines),
    ...leftOut('Left out, since no rule can say them', unsayable),
    ...leftOut('Asked for and blocked, and so left out', blocked),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function leftOut(why: string, names: readonly LearnedName[]): string[] {
  if (names.length === 0) return [];
  const told = names.slice(0, TOLD).map(({ name, queries }) => `#   ${name} (${queriesText(queries)})`);
  return [`# ${why}: ${countText(names.length)} names, such as`, ...told];
}

function queriesText(queries: number): string {
  return queries === 1 ? '1 query' : `${countText(queries)} queries`;
}

function ruleLines({ rule, names, queries }: ProposedRule): string[] {
  const [only] = names;
  const what =
    names.length === 1 && only?.name === rule
      ? ''
      : `${names.length} names, such as ${names
          .slice(0, 3)
          .map(({ name }) => name)
          .join(', ')}; `;
  return [`        - ${JSON.stringify(rule)} # ${what}${queriesText(queries)}`];
}
