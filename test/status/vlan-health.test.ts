// How a VLAN is for its clients, from what its listeners and the lists of its policies are.
import t from 'tap';
import type { VlanProblem, VlanStatus } from '../../src/listeners/vlans/vlan-plan.ts';
import { healthOf, healthText } from '../../src/status/vlan-health.ts';
import type { SourceStatus } from '../../src/lists/source-book.ts';
import { makeServing } from '../support/serving.ts';

const HELD: VlanProblem = { fault: 'EADDRINUSE', why: 'held', cure: 'free it', evidence: '' };

const status = (fields: Partial<VlanStatus> = {}): VlanStatus => ({
  vlan: 'lan',
  state: 'serving',
  bound: [],
  unbound: [],
  problems: [],
  prefixes: [],
  losses: 0,
  hasLink: true,
  linkChanges: 0,
  ...fields,
});

const source = (fields: Partial<SourceStatus> = {}): SourceStatus => ({
  list: 'ads',
  source: 'https://lists.example/ads.txt',
  format: 'hosts',
  entries: 3,
  skipped: 0,
  errors: 0,
  code: 'ok',
  state: 'ok',
  isHeld: false,
  isRead: true,
  hasFailed: false,
  fetchedAt: undefined,
  ...fields,
});

const NEVER = source({
  entries: 0,
  isRead: false,
  hasFailed: true,
  state: 'not fetched: lists.example refuses the connection',
});
const NO_FILE = source({
  source: '/lists/ads.txt',
  entries: 0,
  isRead: false,
  hasFailed: true,
  state: 'not read: there is no such file',
});

/** A VLAN of which the policies, its own and that of its clients, lack the list ads or do not. */
function vlanWith(own: object, ofClients: object = {}) {
  const vlan = makeServing({ policies: { open: {} } }).vlans.get('lan');
  if (vlan === undefined) throw new Error('makeServing has no VLAN lan');
  const { policy } = vlan;
  return {
    ...vlan,
    policy: { ...policy, name: 'kids', useOfList: () => 'as written' as const, ...own },
    clientPolicies: [{ ...policy, name: 'guests', ...ofClients }],
  };
}

const LACKS = { missingLists: ['ads'], refuseWhenMissing: true };

t.test('a VLAN is serving only where all of it is bound and every list has been read', (t) => {
  for (const [what, given, vlan, sources, wanted] of [
    ['all is well', status(), vlanWith({}), [source()], { state: 'serving', problems: [], missing: [] }],
    [
      'its list was never fetched',
      status(),
      vlanWith(LACKS),
      [NEVER],
      {
        state: 'refusing',
        missing: [{ list: 'ads', policy: 'kids', refuses: true }],
        problems: [
          {
            why: /^policy kids answers SERVFAIL .*list ads \(https:\/\/lists\.example\/ads\.txt: not fetched: lists\.example refuses/,
            cure: /`vlandns lists update ads`.*`when_lists_missing: allow` into policy kids$/,
          },
        ],
      },
    ],
    [
      'its file was never there',
      status(),
      vlanWith(LACKS),
      [NO_FILE],
      { state: 'refusing', problems: [{ cure: /^put the file there/ }] },
    ],
    [
      'its first copy is held back',
      status(),
      vlanWith(LACKS),
      [{ ...NEVER, isHeld: true, state: 'update held back: 9 errors' }],
      { state: 'refusing', problems: [{ cure: /`vlandns lists accept ads`/ }] },
    ],
    [
      'it goes on without the list',
      status(),
      vlanWith({ missingLists: ['ads'], refuseWhenMissing: false }),
      [NEVER],
      { state: 'in part', problems: [{ why: /^policy kids does not filter by all of its lists/ }] },
    ],
    [
      'a policy of clients lacks it',
      status(),
      vlanWith({}, LACKS),
      [NEVER],
      { state: 'in part', problems: [{ why: /^policy guests answers SERVFAIL/ }] },
    ],
    [
      'an address is held, and a list is missing',
      status({ state: 'in part', problems: [HELD] }),
      vlanWith(LACKS),
      [NEVER],
      { state: 'refusing', problems: [HELD, {}] },
    ],
    [
      'nothing is bound, which is more than a list that is missing',
      status({ state: 'waiting', problems: [HELD] }),
      vlanWith(LACKS),
      [NEVER],
      { state: 'waiting', problems: [HELD, {}] },
    ],
    [
      'a source of a list that has others',
      status({ note: 'a note' }),
      vlanWith({}),
      [source(), { ...NEVER, source: 'https://lists.example/more.txt' }],
      { state: 'serving', note: /^a note; list ads lacks https:\/\/lists\.example\/more\.txt/ },
    ],
    [
      'a list of nothing',
      status(),
      vlanWith({}),
      [source({ entries: 0 })],
      { state: 'serving', note: /ads\.txt has no entry that can be used/ },
    ],
    [
      'lists of other policies',
      status(),
      vlanWith({ useOfList: () => 'none' }),
      [NEVER],
      { state: 'serving', note: undefined, problems: [] },
    ],
  ] as const)
    t.match(healthOf(given, vlan, sources), wanted, what);
  t.end();
});

t.test('what has not failed so far is on its way', (t) => {
  const coming = { ...NEVER, hasFailed: false, state: 'it is being fetched' };
  t.equal(healthOf(status(), vlanWith(LACKS), [coming]).isComing, true);
  t.equal(healthOf(status(), vlanWith(LACKS), [NEVER]).isComing, false);
  t.equal(healthOf(status(), vlanWith({}), [source()]).isComing, false);
  t.equal(healthOf(status({ problems: [HELD] }), vlanWith(LACKS), [coming]).isComing, false);
  t.end();
});

t.test('each state has its sentence', (t) => {
  for (const [state, sentence] of [
    ['serving', 'VLAN lan is served'],
    ['in part', 'VLAN lan is served in part: held; free it'],
    ['refusing', 'VLAN lan answers SERVFAIL: held; free it'],
    ['link lost', 'VLAN lan is not served: held; free it'],
    ['waiting', 'VLAN lan is not served: held; free it'],
  ] as const)
    t.equal(
      healthText('lan', { state, problems: [HELD], note: undefined, missing: [], isComing: false }),
      sentence,
    );
  t.end();
});
