// The state of a VLAN for its clients: that of its listeners, and whether its policies have their lists. Pure.
// The rule: a VLAN is `serving` only where every address is bound and every list of its policies has been read.
import type { VlanProblem, VlanState, VlanStatus } from '../listeners/vlans/vlan-plan.ts';
import type { Policy } from '../policy/policy.ts';
import type { Vlan } from '../policy/vlan.ts';
import type { SourceStatus } from '../lists/source-book.ts';

/** `refusing` = its listeners answer SERVFAIL to what no rule decides, because a list has never been read. */
export type HealthState = VlanState | 'refusing';

/** A list that a VLAN's policies use and that has never been read. */
export interface MissingList {
  readonly list: string;
  readonly policy: string;
  /** Whether the policy answers SERVFAIL for it (`when_lists_missing: refuse`), or as if the list were empty. */
  readonly refuses: boolean;
}

/** The state of a VLAN for its clients. */
export interface VlanHealth {
  readonly state: HealthState;
  readonly problems: readonly VlanProblem[];
  /** Something worth knowing that is no fault. */
  readonly note: string | undefined;
  readonly missing: readonly MissingList[];
  /** Whether the only trouble is a list that has not come yet: nothing has failed so far. */
  readonly isComing: boolean;
}

/** Judges a VLAN; `sources` are those of all lists. */
export function healthOf(
  status: VlanStatus,
  vlan: Vlan | undefined,
  sources: readonly SourceStatus[],
): VlanHealth {
  const lacking = vlan === undefined ? [] : lackingOf(vlan);
  const problems = [...status.problems, ...lacking.map((policy) => listProblem(policy, sources))];
  const missing = lacking.flatMap(({ name: policy, missingLists, refuseWhenMissing: refuses }) =>
    missingLists.map((list) => ({ list, policy, refuses })),
  );
  const notes = [status.note, ...(vlan === undefined ? [] : notesOn(vlan, sources))];
  const told = notes.filter((note) => note !== undefined);
  return {
    state: stateOf(status.state, vlan, lacking),
    problems,
    note: told.length === 0 ? undefined : told.join('; '),
    missing,
    isComing:
      status.problems.length === 0 &&
      missing.length > 0 &&
      missing.every(({ list }) => sourcesOf(list, sources).every(({ hasFailed }) => !hasFailed)),
  };
}

/** The problems of a VLAN and their cures, in one line. */
export function problemsOf({ problems }: { readonly problems: readonly VlanProblem[] }): string {
  return problems.map(({ why, cure }) => `${why}; ${cure}`).join('; ');
}

/** A VLAN's state in a sentence, with the reasons where it is not served as it should be. */
export function healthText(name: string, health: VlanHealth): string {
  const why = problemsOf(health);
  switch (health.state) {
    case 'serving':
      return `VLAN ${name} is served`;
    case 'in part':
      return `VLAN ${name} is served in part: ${why}`;
    case 'refusing':
      return `VLAN ${name} answers SERVFAIL: ${why}`;
    case 'link lost':
    case 'waiting':
      return `VLAN ${name} is not served: ${why}`;
  }
}

function stateOf(state: VlanState, vlan: Vlan | undefined, lacking: readonly Policy[]): HealthState {
  if (state === 'waiting' || state === 'link lost' || lacking.length === 0) return state;
  return lacking.some((policy) => policy === vlan?.policy && policy.refuseWhenMissing)
    ? 'refusing'
    : 'in part';
}

/** The policies of a VLAN and of its clients that lack lists, each once. */
function lackingOf(vlan: Vlan): Policy[] {
  return policiesOf(vlan).filter(({ missingLists }) => missingLists.length > 0);
}

function policiesOf({ policy, clientPolicies }: Vlan): Policy[] {
  return [...new Set([policy, ...clientPolicies])];
}

/** The problem of a policy whose lists are missing, and the cure. */
function listProblem(
  { name, missingLists, refuseWhenMissing }: Policy,
  sources: readonly SourceStatus[],
): VlanProblem {
  const own = missingLists.flatMap((list) => sourcesOf(list, sources));
  const lists = missingLists.map((list) => {
    const reasons = sourcesOf(list, sources).map(({ source, state }) => `${source}: ${state}`);
    return `${list} (${reasons.join(', ')})`;
  });
  const meanwhile = refuseWhenMissing
    ? `policy ${name} answers SERVFAIL to what no rule decides (when_lists_missing: refuse)`
    : `policy ${name} does not filter by all of its lists (when_lists_missing: allow)`;
  return {
    fault: 'list never read',
    why: `${meanwhile}: never read ${lists.length === 1 ? 'was list' : 'were lists'} ${lists.join(', ')}`,
    cure: [...sourceCures(own), ...(refuseWhenMissing ? [allowing(name)] : [])].join('; '),
    evidence: '',
  };
}

/** The cures for sources that have never been read, one for each kind of source. */
function sourceCures(sources: readonly SourceStatus[]): string[] {
  const held = sources.filter(({ isHeld }) => isHeld);
  const others = sources.filter(({ isHeld }) => !isHeld);
  const urls = others.filter((one) => !isFile(one));
  return [
    ...held.map(
      ({ list }) =>
        `look at \`vlandns lists\`, and to use what is held back: \`vlandns lists accept ${list}\``,
    ),
    ...(others.length > urls.length
      ? ['put the file there, or correct its path: it is read within seconds']
      : []),
    ...(urls.length > 0
      ? [
          `see that the server can be reached, or correct the URL: it is fetched again by itself, at once by \`${updateOf(urls)}\``,
        ]
      : []),
  ];
}

function updateOf(urls: readonly SourceStatus[]): string {
  const lists = new Set(urls.map(({ list }) => list));
  return ['vlandns lists update', ...(lists.size === 1 ? lists : [])].join(' ');
}

function allowing(policy: string): string {
  return `to answer without them meanwhile, write \`when_lists_missing: allow\` into policy ${policy}`;
}

/** Notes on lists that were read only in part or have no effect. */
function notesOn(vlan: Vlan, sources: readonly SourceStatus[]): string[] {
  const policies = policiesOf(vlan);
  const isUsed = (list: string): boolean =>
    policies.some((policy) => policy.useOfList(list) !== 'none' && !policy.missingLists.includes(list));
  return sources.flatMap(({ list, source, state, isRead, entries }) => {
    if (!isUsed(list)) return [];
    if (!isRead) return [`list ${list} lacks ${source}, which has never been read (${state})`];
    return entries === 0 ? [`list ${list}: ${source} has no entry that can be used`] : [];
  });
}

function sourcesOf(list: string, sources: readonly SourceStatus[]): SourceStatus[] {
  return sources.filter((one) => one.list === list);
}

function isFile({ source }: SourceStatus): boolean {
  return !source.includes('://');
}
