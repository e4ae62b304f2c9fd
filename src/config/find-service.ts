// A service by its name: what the configuration defines comes before what comes with the program.

import type { Config, Service } from './config.ts';
import { packagedService, packagedServiceNames } from '../packaged/services.ts';

/**
 * The service of that name, whether or not something in the configuration refers to it; undefined where there is none. Without
 * a configuration, one of those that come with the program.
 */
export function findService(config: Pick<Config, 'services'> | undefined, name: string): Service | undefined {
  const known = config?.services.find((service) => service.name === name);
  if (known !== undefined || !packagedServiceNames().includes(name)) return known;
  return serviceOfProgram(name);
}

/** A service that comes with the program. */
export function serviceOfProgram(name: string): Service {
  const { title, file, names } = packagedService(name);
  return { name, title, at: undefined, parts: [{ file, names }] };
}
