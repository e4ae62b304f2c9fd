// `*.x` a line, as in lists of blocky and dnscrypt-proxy: x and all names below it are blocked.
import { parseLine } from './domains.ts';
import type { LineFormat } from './line-format.ts';

/** Unlike in a plain list, nobody writes `*.zip` by accident: whole top-level domains are taken. */
export const wildcard: LineFormat = { name: 'wildcard', takesTopLevel: true, open: () => ({ parseLine }) };
