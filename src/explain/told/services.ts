// Services in words: which there are, what is in one, and which policies of the configuration block or allow it. Works without a
// configuration, then for those that come with the program.
import type { Config } from '../../config/config.ts';
import { findService } from '../../config/find-service.ts';
import { packagedService, packagedServiceNames } from '../../packaged/services.ts';
import type { PackagedService } from '../../packaged/services.ts';

/** The category of services that the configuration defines. */
const OWN = 'own';

/** A service. */
export interface ToldService {
  readonly name: string;
  readonly title: string;
  readonly category: string;
  /** How many names it has. */
  readonly size: number;
  /** Policies that block or allow it, those that extend another among them. */
  readonly blockedBy: readonly string[];
  readonly allowedBy: readonly string[];
}

/** A service with all that is in it. */
export interface ToldServiceNames extends ToldService {
  /** When its names were looked through, the places that they are from, and services that have some of them too; of own services undefined and none. */
  readonly date: string | undefined;
  readonly sources: readonly string[];
  readonly shares: readonly string[];
  /** Its names, each with everything below it, and where they stand. */
  readonly names: readonly { readonly name: string; readonly source: string; readonly line: number }[];
}

/** Tells of all services, sorted by category and name; those of the configuration first. */
export function tellServices(config?: Config): ToldService[] {
  const own = (config?.services ?? []).filter(({ at }) => at !== undefined).map(({ name }) => name);
  const packaged = packagedServiceNames().filter((name) => !own.includes(name));
  const rankOf = ({ category, name }: ToldService): string => `${category === OWN ? '' : category} ${name}`;
  return [...own, ...packaged]
    .flatMap((name) => {
      const told = tellService(name, config);
      if (told === undefined) return [];
      const { title, category, size, blockedBy, allowedBy } = told;
      return [{ name, title, category, size, blockedBy, allowedBy }];
    })
    .toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
}

/** Tells of one service; undefined where there is none of that name. */
export function tellService(name: string, config?: Config): ToldServiceNames | undefined {
  const service = findService(config, name);
  if (service === undefined) return undefined;
  const packaged: PackagedService | undefined = service.at === undefined ? packagedService(name) : undefined;
  const using = (side: 'block' | 'allow'): string[] =>
    (config?.policies ?? [])
      .filter((policy) => policy[side].services.some((used) => used.name === name))
      .map((policy) => policy.name);
  const names = service.parts.flatMap((part) =>
    part.names.map(({ text, line }) => ({ name: text, source: part.file, line })),
  );
  return {
    name,
    title: service.title,
    category: packaged?.category ?? OWN,
    size: names.length,
    blockedBy: using('block'),
    allowedBy: using('allow'),
    date: packaged?.date,
    sources: packaged?.sources ?? [],
    shares: packaged?.shares ?? [],
    names,
  };
}
