// What a change at the desk is about, as people write it: a service has no dot in its name, and a domain has one. Pure.
import { readRule } from '../config/grammar/rule-text.ts';
import { nearest } from '../config/values/nearest.ts';
import type { TextReading } from '../config/values/scalars.ts';
import { EVERYTHING, isLasting } from './desk-entry.ts';
import type { DeskKind, DeskSubject } from './desk-entry.ts';

/** The services that there are: `nearest` proposals are made of them. */
export interface KnownServices {
  readonly names: readonly string[];
}

/** Reads a subject; `fault` says what to write instead. */
export function readSubject(text: string, kind: DeskKind, services: KnownServices): TextReading<DeskSubject> {
  if (text === 'everything') {
    if (!isLasting({ kind })) return { value: EVERYTHING };
    const cure = kind === 'allow' ? 'vlandns grant VLAN everything 1h' : 'vlandns deny VLAN everything 1h';
    return { fault: `everything is not ${kind === 'allow' ? 'allowed' : 'blocked'} for good; write ${cure}` };
  }
  if (text.startsWith('/'))
    return { fault: `${text} is a regular expression; write it into a policy, or write a name here` };
  if (!text.includes('.')) return readService(text, services);
  const reading = readRule(text);
  return 'fault' in reading ? reading : { value: { kind: 'name', name: reading.value } };
}

function readService(text: string, { names }: KnownServices): TextReading<DeskSubject> {
  if (names.includes(text)) return { value: { kind: 'service', name: text } };
  const near = nearest(text, names);
  const advice =
    near === undefined
      ? '`vlandns services` lists them, and a domain is written with its dot, such as x.example'
      : `did you mean "${near}"?`;
  return { fault: `there is no service "${text}"; ${advice}` };
}
