// Services: those that the file defines, and of those that come with the program the ones that something refers to, so that only
// these are read. A name means one thing: who defines a service of the program's anew has to say that it extends it.

import type { Service } from '../config.ts';
import type { FaultLog } from '../config-error.ts';
import type { Section } from '../definition.ts';
import type { DraftService } from '../keys/services.ts';
import { packagedService, packagedServiceNames } from '../../packaged/services.ts';
import { serviceOfProgram } from '../find-service.ts';
import { nearest } from '../values/nearest.ts';
import type { Names } from './names.ts';

/** Gives the services of the file and those that it refers to; `file` is the file's path. Comes after all references. */
export function finishServices(
  section: Section<DraftService>,
  file: string,
  names: Names,
  faults: FaultLog,
): Service[] {
  const packaged = packagedServiceNames();
  const own = section.flatMap(({ name, at, value }): Service[] => {
    if (value === undefined) return [];
    const bases = value.extends.map((base) => base.value);
    if (packaged.includes(name) && !bases.includes(name))
      faults.error(
        at,
        `services.${name}`,
        `a service "${name}" comes with the program; give yours another name, or add to it with extends: ${name}`,
      );
    const { keys } = value.written;
    if (keys.names === undefined && keys.extends === undefined)
      faults.error(at, `services.${name}`, 'has no names; write names: or extends:, or take it out');
    for (const base of value.extends)
      if (!packaged.includes(base.value))
        faults.error(base.at, base.setting, noneCalled(base.value, packaged));
    const parts = bases.filter((base) => packaged.includes(base)).map(packagedService);
    const written = value.names.map((one) => ({ text: one.value, line: one.at.line }));
    const ownPart = written.length === 0 ? [] : [{ file, names: written }];
    return [{ name, title: value.title ?? name, at, parts: [...ownPart, ...parts] }];
  });
  const defined = new Set(section.map(({ name }) => name));
  const used = packaged.filter((name) => !defined.has(name) && names.services.isUsed(name));
  return [...own, ...used.map(serviceOfProgram)];
}

function noneCalled(name: string, packaged: readonly string[]): string {
  const near = nearest(name, packaged);
  const advice = near === undefined ? '"vlandns services" prints them' : `write "${near}"`;
  return `no service "${name}" comes with the program; ${advice}`;
}
