// The configuration for an admin's eyes: what is in effect beside what its file says now, and what is wrong with that. Secrets are replaced in both.
import { diffLines } from 'diff';
import { withoutSecrets } from '../config/without-secrets.ts';
import type { ConfigurationFault, ConfigurationPart } from './web-routes.ts';

/** Lines from one text to another, those that go together in one part. */
export function partsBetween(before: string, after: string): ConfigurationPart[] {
  return diffLines(before, after).map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    lines: value.replace(/\n$/, '').split('\n'),
  }));
}

/** The faults that `vlandns check --json` printed, each with its line where it is one of this file. */
export function faultsIn(printed: string, file: string): ConfigurationFault[] {
  const { errors, warnings }: { readonly errors: readonly string[]; readonly warnings: readonly string[] } =
    JSON.parse(printed);
  const toFault = (severity: 'error' | 'warning') => (said: string) => {
    const text = withoutSecrets(said);
    const line = text.startsWith(`${file}:`) ? /^:(\d+)/.exec(text.slice(file.length))?.[1] : undefined;
    return { severity, text, line: line === undefined ? undefined : Number(line) };
  };
  return [...errors.map(toFault('error')), ...warnings.map(toFault('warning'))];
}
