// vlandns services: the bundles of names that policies block or allow by name, and what is in one. Needs neither a daemon nor a
// configuration; where there is one, it tells which policies use them, and of those that it defines.
import { existsSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { formatFault } from '../../config/config-error.ts';
import { readConfig } from '../../config/reader.ts';
import { nearest } from '../../config/values/nearest.ts';
import { tellService, tellServices } from '../../explain/told/services.ts';
import type { ToldService, ToldServiceNames } from '../../explain/told/services.ts';
import { EXIT } from '../../system/ending.ts';
import { report, UsageError } from '../command.ts';
import type { Call } from '../command.ts';
import { countText, table } from '../text/table.ts';

const FORM = 'write: vlandns services [NAME|CATEGORY] [-c FILE] [--json]';

/** Prints all services, those of a category, or what is in one. */
export function services(call: Call): Promise<number> {
  const [wanted, ...more] = call.operands;
  if (more.length > 0) throw new UsageError(`too many operands; ${FORM}`);
  const config = readAny(call);
  const one = wanted === undefined ? undefined : tellService(wanted, config);
  if (one !== undefined) {
    report(call, one, () => serviceToText(one));
    return Promise.resolve(EXIT.DONE);
  }
  const all = tellServices(config);
  const told = wanted === undefined ? all : all.filter(({ category }) => category === wanted);
  if (told.length === 0 && wanted !== undefined) throw new UsageError(unknown(wanted, all));
  report(call, { services: told }, () => tableToText(told));
  return Promise.resolve(EXIT.DONE);
}

/** The configuration, where there is one that can be read. */
function readAny(call: Call): Config | undefined {
  if (!existsSync(call.configFile)) return undefined;
  const { config, faults } = readConfig(call.configFile, { mayLackLists: true });
  if (config !== undefined) return config;
  for (const fault of faults) call.complain(`${formatFault(fault)}\n`);
  call.complain('vlandns: the configuration has errors, so its policies and services are left out\n');
  return undefined;
}

function unknown(wanted: string, all: readonly ToldService[]): string {
  const categories = [...new Set(all.map(({ category }) => category))];
  const meant = nearest(wanted, [...all.map(({ name }) => name), ...categories]);
  const hint = meant === undefined ? '' : `did you mean "${meant}"? `;
  return `there is no service "${wanted}"; ${hint}"vlandns services" prints all, categories are: ${categories.join(', ')}`;
}

const HEAD = ['service', 'title', 'category', 'names', 'policies'];

function tableToText(told: readonly ToldService[]): string {
  const rows = told.map((service) => [
    service.name,
    service.title,
    service.category,
    countText(service.size),
    policiesText(service),
  ]);
  return table([HEAD, ...rows], new Set([3]))
    .map((line) => `${line}\n`)
    .join('');
}

function policiesText({ blockedBy, allowedBy }: ToldService): string {
  return [
    ...(blockedBy.length > 0 ? [`blocked by ${blockedBy.join(', ')}`] : []),
    ...(allowedBy.length > 0 ? [`allowed by ${allowedBy.join(', ')}`] : []),
  ].join('; ');
}

function serviceToText(told: ToldServiceNames): string {
  const { name, title, category, date, sources, shares, names } = told;
  const policies = policiesText(told);
  return [
    `${name}: ${title}, ${category}\n`,
    date === undefined ? '' : `facts:    ${sources.join(', ')} (config/services/README.md), ${date}\n`,
    shares.length === 0 ? '' : `shares:   names with ${shares.join(', ')}\n`,
    `policies: ${policies === '' ? 'none uses it' : policies}\n`,
    'names, each with everything below it:\n',
    ...names.map((one) => `  ${one.name}  (${one.source}:${one.line})\n`),
  ].join('');
}
