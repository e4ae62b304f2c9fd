// DNS names as they are written in the configuration.

import { nameToText, parseName } from '../../dns/name-text.ts';
import { reasonOf } from '../../system/system-error.ts';
import { toAddress } from '../../addresses/prefix-text.ts';
import type { TextReading } from '../values/scalars.ts';

/** Reads a name, IDN allowed, as lower-case A-labels without a trailing dot. The root is `.`. */
export function readName(text: string): TextReading<string> {
  if (text === '') return { fault: 'is empty; write a name such as example.org' };
  const found = /[\s/:@,;"'()]/.exec(text)?.[0];
  if (found !== undefined)
    return {
      fault: `${JSON.stringify(found)} in ${JSON.stringify(text)} has no place in a name; write the name alone, such as example.org`,
    };
  if (toAddress(text) !== undefined)
    return { fault: `${text} is an address; write a name such as example.org` };
  try {
    return { value: nameToText(parseName(text)) };
  } catch (error) {
    const reason = reasonOf(error);
    return { fault: reason.includes(';') ? reason : `${reason}; write a name such as example.org` };
  }
}
