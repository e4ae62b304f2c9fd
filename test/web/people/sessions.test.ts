// How long a session lives, what ends it, and what is kept of it.
import t from 'tap';
import type { WebUser } from '../../../src/access/web-settings.ts';
import { Sessions } from '../../../src/web/people/sessions.ts';

const DAY_MS = 86_400_000;
const ANNA: WebUser = { name: 'anna', password: '$scrypt$a', role: 'admin', vlans: [] };

t.test('a session ends by its time, and by whatever it must not outlive', (t) => {
  const cases: readonly (readonly [string, number, readonly WebUser[], boolean])[] = [
    ['at once', 0, [ANNA], true],
    ['after six days', 6 * DAY_MS, [ANNA], true],
    ['after a week without use', 7 * DAY_MS, [ANNA], false],
    ['when the user is taken out', 0, [], false],
    ['when the password changes', 0, [{ ...ANNA, password: '$scrypt$b' }], false],
    ['when the role changes', 0, [{ ...ANNA, role: 'parent' }], false],
    ['when the VLANs change', 0, [{ ...ANNA, vlans: ['kids'] }], false],
  ];
  for (const [when, laterMs, users, lives] of cases) {
    let now = Date.UTC(2026, 4, 13);
    const sessions = new Sessions(() => now);
    const id = sessions.begin(ANNA);
    now += laterMs;
    t.equal(sessions.find(id, users) !== undefined, lives, when);
    if (!lives) t.equal(sessions.find(id, [ANNA]), undefined, `${when}: for good`);
  }
  t.end();
});

t.test('a session that is used every day ends after thirty', (t) => {
  let now = 0;
  const sessions = new Sessions(() => now);
  const id = sessions.begin(ANNA);
  let days = 0;
  for (; sessions.find(id, [ANNA]) !== undefined; days++) now += DAY_MS;
  t.equal(days, 30);
  t.end();
});

t.test('ids are kept nowhere, and sessions go on from what is kept', (t) => {
  const sessions = new Sessions(() => 0);
  const id = sessions.begin(ANNA);
  const kept = sessions.toKept();
  t.notMatch(JSON.stringify(kept), id);
  const later = new Sessions(() => 0);
  later.restore(kept);
  t.equal(later.find(id, [ANNA])?.name, 'anna');
  t.equal(later.find(String(kept[0]?.hash), [ANNA]), undefined, 'who reads the file is not logged in by it');
  t.end();
});

t.test('one user has twenty sessions at most: the one that was not used longest ends', (t) => {
  let now = 0;
  const sessions = new Sessions(() => now++);
  const ids = Array.from({ length: 21 }, () => sessions.begin(ANNA));
  t.equal(sessions.size, 20);
  t.equal(sessions.find(ids[0] ?? '', [ANNA]), undefined);
  t.equal(sessions.find(ids[20] ?? '', [ANNA])?.name, 'anna');
  t.end();
});
