// The text of a configuration without what is secret in it: hashes of passwords and tokens, and what URLs say of who asks. Comments are
// texts like others: what was commented out was true once.

/** What stands in place of a secret. */
const HIDDEN = '(hidden)';

/** A value behind a key, as YAML may have it: in quotes of either kind, or plain up to what ends it. */
const VALUE = /("(?:[^"\\]|\\[^])*"|'(?:[^']|'')*'|[^\s,}\]#"'][^,}\]\r\n]*)/.source;

const SECRETS: readonly (readonly [form: RegExp, instead: string])[] = [
  // Keys whose values are secret, unless they name a file; also over two lines, where a value begins on the next one.
  [
    new RegExp(String.raw`((?:password|hash)["']?\s*:\s*)(?!["']?file:)(?![&*|>])${VALUE}`, 'g'),
    `$1${HIDDEN}`,
  ],
  // Wherever they stand: behind an anchor, in a block of text, in a comment.
  [/\$scrypt\$[^\s"',}]*/g, HIDDEN],
  [/sha256:[0-9a-f]{64}/gi, HIDDEN],
  // https://user:password@host, and ?token=… of a list's or a database's URL.
  [/(\b[a-z][a-z0-9+.-]*:(?:\/|\\\/){2})[^\s/?#"'@]*@/gi, `$1${HIDDEN}@`],
  [/([?&][\w.-]*(?:pass|secret|token|key|auth)[\w.-]*=)[^&\s"',}]+/gi, `$1${HIDDEN}`],
];

/** The text, with every secret replaced. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((rest, [form, instead]) => rest.replaceAll(form, instead), text);
}
