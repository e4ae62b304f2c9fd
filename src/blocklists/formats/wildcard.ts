// `*.x` a line, as blocky's and dnscrypt-proxy's lists have it: x and all that lies below it is blocked.
import { parseLine } from './domains.ts';
import type { LineFormat } from './line-format.ts';

/** Unlike in a plain list, nobody writes `*.zip` by accident: whole top-level domains are taken. */
export const wildcard: LineFormat = { name: 'wildcard', takesTopLevel: true, open: () => ({ parseLine }) };
