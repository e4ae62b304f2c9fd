// Hashes of passwords: what fits, what does not, and what a written one may ask for.
import { scryptSync } from 'node:crypto';
import { test } from 'tap';
import { hashPassword, isPassword, isPasswordHash } from '../../src/access/password.ts';

const SALT = 'A'.repeat(22);
const HASH = 'A'.repeat(43);

test('a password fits its own hash and no other does', async (t) => {
  const hashed = await hashPassword('correct horse');
  t.match(hashed, /^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  t.ok(isPasswordHash(hashed));
  t.ok(await isPassword('correct horse', hashed));
  t.notOk(await isPassword('correct horsf', hashed));
  t.notOk(await isPassword('', hashed));
  t.not(await hashPassword('correct horse'), hashed, 'each hash has a salt of its own');
});

test('the hash is that of scrypt, so that other programs can make one', async (t) => {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync('from elsewhere', salt, 32, { N: 2 ** 12, r: 8, p: 1 });
  const written = [salt, hash].map((octets) => octets.toString('base64').replaceAll('=', '')).join('$');
  t.ok(await isPassword('from elsewhere', `$scrypt$ln=12,r=8,p=1$${written}`));
});

test('an umlaut is the same however the keyboard composes it', async (t) => {
  const hashed = await hashPassword('schl\u00fcssel');
  t.ok(await isPassword('schlu\u0308ssel', hashed));
});

test('no hash, and no password that is too long, ever fits', async (t) => {
  t.notOk(await isPassword('whatever', undefined));
  t.notOk(await isPassword('whatever', `$scrypt$ln=14,r=8,p=5$${SALT}$${HASH}`));
  const long = 'x'.repeat(1025);
  t.notOk(await isPassword(long, await hashPassword(long)));
});

const WRITTEN: readonly (readonly [when: string, text: string, isHash: boolean])[] = [
  ['as passwd prints it', `$scrypt$ln=14,r=8,p=5$${SALT}$${HASH}`, true],
  ['the least', `$scrypt$ln=12,r=1,p=1$${SALT}$${HASH}`, true],
  ['the most', `$scrypt$ln=16,r=8,p=5$${SALT}$${HASH}`, true],
  ['gigabytes', `$scrypt$ln=30,r=8,p=1$${SALT}$${HASH}`, false],
  ['more than 64 MiB', `$scrypt$ln=17,r=8,p=1$${SALT}$${HASH}`, false],
  ['large blocks', `$scrypt$ln=14,r=64,p=1$${SALT}$${HASH}`, false],
  ['minutes of work', `$scrypt$ln=16,r=8,p=16$${SALT}$${HASH}`, false],
  ['too little work', `$scrypt$ln=4,r=8,p=1$${SALT}$${HASH}`, false],
  ['no rounds', `$scrypt$ln=14,r=8,p=0$${SALT}$${HASH}`, false],
  ['a short salt', `$scrypt$ln=14,r=8,p=5$AAAA$${HASH}`, false],
  ['a short hash', `$scrypt$ln=14,r=8,p=5$${SALT}$AAAA`, false],
  ['padding', `$scrypt$ln=14,r=8,p=5$${SALT}==$${HASH}=`, false],
  ['another function', `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${HASH}`, false],
  ['a password', 'correct horse', false],
  ['nothing', '', false],
];

test('hashes are taken within bounds', async (t) => {
  for (const [when, text, isHash] of WRITTEN) t.equal(isPasswordHash(text), isHash, when);
});

test('a hash out of bounds is never computed', async (t) => {
  t.notOk(await isPassword('whatever', `$scrypt$ln=30,r=8,p=1$${SALT}$${HASH}`));
});
