// Rules as other programs write them. A house rule is a name or a regular expression, so the advice for each form is which
// name to write, and on which side.

import { nameToText, parseName } from '../../dns/name-text.ts';
import { toAddress } from '../../addresses/prefix-text.ts';

/** The advice about AdGuard's modifiers, after `$`. */
const MODIFIERS = '; house rules have no conditions: a rule with "$" goes into the file of a list';

/** A form of rule, and the advice about it, given the name in it. */
interface ForeignForm {
  readonly form: RegExp;
  readonly say: (name: string, text: string) => string;
}

/** The first form that matches is taken. The first group of each is the name. */
const FORMS: readonly ForeignForm[] = [
  {
    form: /^@@\|{0,2}([^/^$|*]+)/,
    say: (name, text) =>
      `is an exception, which allows; write "${name}" (it and everything below) under allow.rules${modifiers(text)}`,
  },
  {
    form: /^\|\|([^/^$|*]+)/,
    say: (name, text) => `is a rule of a list; write "${name}" (it and everything below)${modifiers(text)}`,
  },
  {
    form: /^\|[a-z][a-z0-9+.-]*:\/\/([^/:?#^|]+)/i,
    say: (name) => `is a URL, and only names can be judged; write "${name}" (it and everything below)`,
  },
  {
    form: /^(?=.*[|^$])\|?([^/^$|*\s()[\]\\]+)\^?\|?(?:\$.*)?$/,
    say: (name, text) => `is a rule of a list; write "${name}" (it and everything below)${modifiers(text)}`,
  },
  {
    // Pi-hole's form for a domain and all names below it.
    form: /^\(\^\|\\\.\)((?:[a-z0-9_-]|\\?\.)+)\$$/i,
    say: (name) =>
      `is a regular expression for a name with all below it; write "${name}", which is just that here`,
  },
  {
    form: /^\^((?:[a-z0-9_-]|\\\.)+)\$$/i,
    say: (name, text) =>
      `is a regular expression; write it between slashes, ${JSON.stringify(`/${text}/`)}, or "${name}" (it and everything below)`,
  },
  {
    form: /^(?:address|server|local)=\/([^/]+)\//,
    say: (name) => `is a line of dnsmasq; write "${name}" (it and everything below)`,
  },
  {
    form: /^local-(?:zone|data):\s*"?([^\s"]+)/,
    say: (name) => `is a line of unbound; write "${name}" (it and everything below)`,
  },
  {
    form: /^(?:\*\.)?(\S+)\s+(?:[0-9]+\s+)?(?:IN\s+)?CNAME\s/i,
    say: (name) => `is a record of an RPZ zone; write "${name}" (it and everything below)`,
  },
  {
    form: /^\.([^.].*)$/,
    say: (name) =>
      `begins with a dot; write "${name}" (it and everything below) or "*.${name}" (only what is below)`,
  },
];

/** The advice for a text that is a rule of another program; undefined where it is none that is known. */
export function foreignRule(text: string): string | undefined {
  for (const { form, say } of FORMS) {
    const name = toName(form.exec(text)?.[1]);
    if (name !== undefined && name !== text) return `${JSON.stringify(text)} ${say(name, text)}`;
  }
  return /[\\^$()[\]{}|+?]/.test(text)
    ? `${JSON.stringify(text)} is no name; if it is a regular expression, write it between slashes: ${JSON.stringify(`/${text}/`)}`
    : undefined;
}

/** The name in a form, if it is a valid one; `\.` is a dot. */
function toName(found: string | undefined): string | undefined {
  const written = found?.replaceAll(String.raw`\.`, '.').replace(/\.$/, '');
  if (written === undefined || !/^[^\s/:@,;"'\\^$()|]+$/.test(written) || toAddress(written) !== undefined)
    return undefined;
  try {
    return nameToText(parseName(written));
  } catch {
    // Then it is something else.
    return undefined;
  }
}

function modifiers(text: string): string {
  return text.includes('$') ? MODIFIERS : '';
}
