// The commands that an explanation advises, as what a button can do. Pure; the rule: a command that is not understood is shown and not run.
import { toEnd } from './end.ts';
import type { End } from './end.ts';

/** What an advised command does. */
export type Advice =
  | { readonly kind: 'grant' | 'deny'; readonly who: string; readonly what: string; readonly end: End }
  | { readonly kind: 'allow' | 'block'; readonly who: string; readonly what: string }
  | { readonly kind: 'resume'; readonly who: string }
  | { readonly kind: 'lists'; readonly list: string };

/** Reads a command; undefined where no button does it. */
export function toAdvice(command: string): Advice | undefined {
  const [, verb, rest = ''] =
    /^vlandns (grant|deny|allow|block|resume|lists update) (.+)$/.exec(command) ?? [];
  switch (verb) {
    case 'grant':
    case 'deny': {
      const [, who, what, time = ''] = /^(.+) (\S+) (\S+)$/.exec(rest) ?? [];
      const end = toEnd(time);
      return who === undefined || what === undefined || end === undefined
        ? undefined
        : { kind: verb, who, what, end };
    }
    case 'allow':
    case 'block': {
      const [, who, what] = /^(.+) (\S+)$/.exec(rest) ?? [];
      return who === undefined || what === undefined ? undefined : { kind: verb, who, what };
    }
    case 'resume':
      return { kind: 'resume', who: rest };
    case 'lists update':
      return { kind: 'lists', list: rest };
    case undefined:
    default:
      return undefined;
  }
}

/** Whom a text of the API means, in words: `client:laptop` is laptop. */
export function whoText(who: string): string {
  return who.replace(/^(?:vlan|policy|client):/, '');
}

/** What can be changed about a decision: of one at another time only what stays. */
export function advicesOf(commands: readonly string[], isNow: boolean): Advice[] {
  return commands
    .flatMap((command) => toAdvice(command) ?? [])
    .filter(({ kind }) => isNow || kind === 'allow' || kind === 'block');
}
