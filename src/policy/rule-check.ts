// Whether a house rule can be kept: checked when the configuration is read, so that compiling it cannot fail.
import { reasonOf } from '../blocklists/system-error.ts';
import { parseName, nameToText } from '../dns/name-text.ts';
import { patternFault } from './pattern.ts';

/** What is wrong with a rule and what to write instead; undefined where nothing is. */
export function checkRule(text: string): string | undefined {
  try {
    if (text.startsWith('/')) return patternFault(text);
    const name = nameToText(parseName(text.startsWith('*.') ? text.slice(2) : text));
    if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return undefined;
    return `"${text}" is not a name of letters, digits, "-" and "_"; write a name, "*.NAME" or "/regular expression/"`;
  } catch (error) {
    return `"${text}": ${reasonOf(error)}`;
  }
}
