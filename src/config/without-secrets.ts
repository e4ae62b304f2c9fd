// The text of a configuration without what is secret in it: hashes of passwords and tokens, and what URLs say of who asks. Comments are
// texts like others: what was commented out was true once.

/** What stands in place of a secret. */
const HIDDEN = '(hidden)';

/**
 * A value behind a key, as YAML may have it: in quotes of either kind, or plain up to what ends it. Whether a comma ends it depends on
 * brackets far away, so that one without a blank behind it does not.
 */
const VALUE = /(?:"(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|[^\s,}\]#"'][^\r\n]*?(?=,\s|\s+#|\s*[}\]]|\s*$))/.source;

/** Lengths are bounded where a text could have all of its places tried against all others. */
const SECRETS: readonly (readonly [form: RegExp, instead: string])[] = [
  // Wherever they stand: behind an anchor, in a block of text, in a comment.
  [/\$scrypt\$(?:ln=\d+,r=\d+,p=\d+)?[^\s"',}]*/g, HIDDEN],
  [/sha256:[0-9a-f]{64}/gi, HIDDEN],
  // Keys whose values are secret, unless they name a file; the value may begin on the next line.
  [
    new RegExp(String.raw`((?:password|hash)["']?\s*:\s*)(?!["']?file:)(?![&*|>])${VALUE}`, 'gm'),
    `$1${HIDDEN}`,
  ],
  // https://user:password@host, and ?token=… of a list's or a database's URL.
  [/(\b[a-z][a-z0-9+.-]{0,20}:(?:\/|\\\/){2})[^\s/?#"'@]*@/gi, `$1${HIDDEN}@`],
  [/([?&][\w.-]{0,32}?(?:pass|secret|token|key|auth)[\w.-]{0,32}=)[^&\s"',}]+/gi, `$1${HIDDEN}`],
];

/** The text, with every secret replaced. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((rest, [form, instead]) => rest.replaceAll(form, instead), text);
}
