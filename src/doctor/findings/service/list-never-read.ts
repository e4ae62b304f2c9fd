// A list of a VLAN's policy has never been read: the VLAN answers SERVFAIL, or does not filter as it is meant to. Lists from
// the network and from files are two findings, since they fail for different reasons.

import type { Finding, Scene, Step } from '../../finding.ts';
import { here } from '../../finding.ts';
import type { ListSourceFact, ServedVlanFact } from '../../facts/service-facts.ts';

/** Finds lists from the network that have never come. */
export function listNotFetched(scene: Scene): Finding[] {
  return findings(scene, 'list-not-fetched', ({ source }) => source.includes('://'));
}

/** Finds lists whose file has never been there. */
export function listFileMissing(scene: Scene): Finding[] {
  return findings(scene, 'list-file-missing', ({ source }) => !source.includes('://'));
}

function findings(
  { evidence, subjects }: Scene,
  id: string,
  isMeant: (source: ListSourceFact) => boolean,
): Finding[] {
  const sources = evidence.all('list source').filter(isMeant);
  return subjects.flatMap((subject) => {
    const told = evidence.all('served vlan').findLast(({ vlan }) => vlan === subject.vlan);
    if (told === undefined) return [];
    return ofVlan(
      id,
      told,
      sources.filter(({ at }) => at.source === told.sample),
    );
  });
}

function ofVlan(id: string, told: ServedVlanFact, sources: readonly ListSourceFact[]): Finding[] {
  const lists = new Set(told.missingLists.map(({ list }) => list));
  return [...lists].flatMap((list): Finding[] => {
    const own = sources.filter((source) => source.list === list);
    if (own.length === 0) return [];
    const { vlan } = told;
    return [
      {
        id,
        layer: 'listener',
        vlan,
        what: `list ${list} has never been read, so ${consequence(told, list)}: ${own.map(({ source, state }) => `${source}: ${state}`).join(', ')}`,
        sure: 'certain',
        evidence: [told.at, told.stateAt, ...own.flatMap(({ at, stateAt }) => [at, stateAt])].slice(0, 6),
        cure: cures(list, { told, own, isUrl: id === 'list-not-fetched' }),
        prove: [here('vlandns status', `${vlan} is serving`)],
      },
    ];
  });
}

function consequence({ vlan, state, missingLists }: ServedVlanFact, list: string): string {
  const refusing = missingLists.filter((one) => one.list === list && one.refuses);
  if (refusing.length === 0) return `${vlan} is not filtered by it`;
  return state === 'refusing'
    ? `${vlan} answers SERVFAIL to what no rule decides`
    : `clients of ${vlan} with policy ${refusing.map(({ policy }) => policy).join(', ')} are answered SERVFAIL`;
}

interface CureParts {
  readonly told: ServedVlanFact;
  readonly own: readonly ListSourceFact[];
  readonly isUrl: boolean;
}

function cures(list: string, { told, own, isUrl }: CureParts): Step[] {
  const policies = told.missingLists.filter((one) => one.list === list && one.refuses);
  const isHeld = own.some(({ state }) => state.startsWith('update held back'));
  return [
    ...(isHeld
      ? [here(`vlandns lists accept ${list}`, 'uses what is held back, for the reason above, all the same')]
      : []),
    ...(isUrl
      ? [
          here(
            `vlandns lists update ${list}`,
            'fetches it at once, once its server can be reached; or correct the URL',
          ),
        ]
      : [
          {
            on: 'this machine' as const,
            say: `put the file there, or correct its path in lists.${list}: it is read within seconds`,
          },
        ]),
    ...policies.map(({ policy }) => ({
      on: 'this machine' as const,
      say: `or answer without it: \`when_lists_missing: allow\` in policy ${policy}, then \`vlandns reload\``,
    })),
  ];
}
