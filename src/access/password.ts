// Passwords of those who log in: hashed with scrypt (RFC 7914) and written in the PHC form. The rule: a hash that is read asks for no more
// memory and work than MOST, whatever is written in it.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** The cost of one hash: N = 2^ln, blocks of 128 × r octets, p times. */
interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** A hash as it is kept. */
interface PasswordHash extends Cost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** What a new hash costs: 16 MiB, and about a quarter of a second of a small router's core. */
const COST: Cost = { ln: 14, r: 8, p: 5 };

/** The bounds of one that is read: 64 MiB, and four times the work of COST at most. */
const LEAST: Cost = { ln: 12, r: 1, p: 1 };
const MOST: Cost = { ln: 16, r: 8, p: 16 };
const MOST_WORK = 4 * workOf(COST);

const SALT_OCTETS = 16;
const HASH_OCTETS = 32;

/** The fewest characters that a password may have. */
export const LEAST_PASSWORD = 8;

/** The most octets that are hashed: nobody types more, and whoever sends more wants something else. */
export const MOST_PASSWORD_OCTETS = 1024;

const FORM = /^\$scrypt\$ln=(\d{1,3}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** The hash of a password, with a salt of its own: `$scrypt$ln=14,r=8,p=5$SALT$HASH`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_OCTETS);
  const hash = await derive(password, salt, COST);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toBase64(salt)}$${toBase64(hash)}`;
}

/**
 * Whether a password is the one that was hashed. Without a hash (there is no such user) it is not, and that takes as long as with one,
 * so that nobody learns from the time who there is.
 */
export async function isPassword(password: string, hashed: string | undefined): Promise<boolean> {
  const kept = hashed === undefined ? undefined : toHash(hashed);
  const against = kept ?? { ...COST, salt: NO_SALT, hash: NO_HASH };
  if (Buffer.byteLength(password) > MOST_PASSWORD_OCTETS) return false;
  const hash = await derive(password, against.salt, against);
  return timingSafeEqual(hash, against.hash) && kept !== undefined;
}

/** Whether a text is a hash that can be checked against. */
export function isPasswordHash(text: string): boolean {
  return toHash(text) !== undefined;
}

const NO_SALT = Buffer.alloc(SALT_OCTETS);
const NO_HASH = Buffer.alloc(HASH_OCTETS);

function toHash(text: string): PasswordHash | undefined {
  const [, ln, r, p, salt, hash] = FORM.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const cost: Cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isWithin = (['ln', 'r', 'p'] as const).every(
    (key) => cost[key] >= LEAST[key] && cost[key] <= MOST[key],
  );
  if (!isWithin || workOf(cost) > MOST_WORK) return undefined;
  return { ...cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

function workOf({ ln, r, p }: Cost): number {
  return 2 ** ln * r * p;
}

function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  // Keyboards differ in how they compose an umlaut (RFC 8265 section 4.2.2).
  const octets = Buffer.from(password.normalize('NFC'), 'utf8');
  return new Promise((resolve, reject) => {
    scrypt(octets, salt, HASH_OCTETS, { N, r, p, maxmem: 129 * (N + p) * r + 1024 * 1024 }, (error, hash) =>
      error === null ? resolve(hash) : reject(error),
    );
  });
}

function toBase64(octets: Buffer): string {
  return octets.toString('base64').replaceAll('=', '');
}
