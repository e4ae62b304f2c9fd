// Tokens of programs: which secret belongs to which, and until when.
import { test } from 'tap';
import { findToken, hashToken, isTokenHash, makeToken } from '../../src/access/token.ts';

test('a secret finds its token among others, until it ends', async (t) => {
  const [secret, other, ended] = [makeToken(), makeToken(), makeToken()];
  const tokens = [
    { name: 'ended', hash: hashToken(ended), untilMs: 1000 },
    { name: 'other', hash: hashToken(other) },
    { name: 'own', hash: hashToken(secret), untilMs: 2000 },
  ];
  t.equal(findToken(tokens, secret, 1000)?.name, 'own');
  t.equal(findToken(tokens, secret, 2000), undefined);
  t.equal(findToken(tokens, ended, 999)?.name, 'ended');
  t.equal(findToken(tokens, ended, 1000), undefined);
  t.equal(findToken(tokens, makeToken(), 0), undefined);
});

test('the hash is not the secret, and other texts are neither', async (t) => {
  const secret = makeToken();
  const hash = hashToken(secret);
  t.match(secret, /^vlandns_[A-Za-z0-9_-]{43}$/);
  t.ok(isTokenHash(hash));
  for (const text of [secret, '', hash.toUpperCase(), hash.slice(0, -1), `${hash}0`])
    t.notOk(isTokenHash(text), text);
  for (const text of [hash, '', 'vlandns_', `${secret} `])
    t.equal(findToken([{ hash }], text, 0), undefined, text);
});
