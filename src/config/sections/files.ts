// Files that the configuration names must be there when it is read.

import { statSync } from 'node:fs';
import { reasonOf } from '../config-error.ts';
import type { Position } from '../config.ts';
import type { FaultLog } from '../config-error.ts';

/** Reports a path at which there is no file to read. */
export function reportMissingFile(path: string, at: Position, setting: string, faults: FaultLog): void {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined)
      faults.error(at, setting, `file not found: ${path}; write the path of a file that is there`);
    else if (stat.isDirectory())
      faults.error(at, setting, `${path} is a folder; write the path of a file in it`);
  } catch (error) {
    const reason = reasonOf(error);
    faults.error(at, setting, `cannot be looked at (${reason}); write the path of a file that can be read`);
  }
}
