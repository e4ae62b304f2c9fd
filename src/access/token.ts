// Tokens of programs: 256 random bits, of which only a SHA-256 is kept. They are too many to guess, so that a slow hash would protect nothing.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { WebToken } from './web-settings.ts';

/** How a secret begins, so that it is known where it lies about. */
const PREFIX = 'vlandns_';

const SECRET = /^vlandns_[A-Za-z0-9_-]{43}$/;
const HASH = /^sha256:[0-9a-f]{64}$/;

/** A new secret. */
export function makeToken(): string {
  return `${PREFIX}${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a secret: `sha256:` and 64 hexadecimal digits. */
export function hashToken(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('hex')}`;
}

/** Whether a text is what is kept of a secret. */
export function isTokenHash(text: string): boolean {
  return HASH.test(text);
}

/** The token whose secret this is and which has not ended; undefined: none. All are compared, whichever it is. */
export function findToken<Token extends Pick<WebToken, 'hash' | 'untilMs'>>(
  tokens: readonly Token[],
  secret: string,
  nowMs: number,
): Token | undefined {
  if (!SECRET.test(secret)) return undefined;
  const hash = Buffer.from(hashToken(secret));
  const matching = tokens.filter((token) => {
    const kept = Buffer.from(token.hash);
    return kept.length === hash.length && timingSafeEqual(kept, hash);
  });
  return matching.find(({ untilMs }) => untilMs === undefined || nowMs < untilMs);
}
