// What section web is held against: the rest of the configuration, and the folder that its paths start from.

import type { Config, Vlan } from '../../config.ts';
import type { Names } from '../names.ts';

/** What the section is held against. */
export interface WebAround {
  readonly folder: string;
  readonly names: Names;
  readonly vlans: readonly Vlan[];
  readonly metrics?: Config['metrics'];
  /** Whether files that cannot be used are warnings only: names are served without the page. */
  readonly mayLackFiles: boolean;
  readonly nowMs: number;
}
