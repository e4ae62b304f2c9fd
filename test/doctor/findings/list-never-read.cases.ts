import type { FindingCase } from '../../support/doctor-cases.ts';

/** A state of the VLAN kids and its lists in the status, in the lines that JSON has. */
const status = (state: string, missing: object[], lists: object[]): string =>
  JSON.stringify(
    {
      vlans: [
        {
          name: 'kids',
          state,
          problem: 'a list',
          unbound: [],
          missingLists: missing,
          listeners: [{ address: '192.168.40.2' }],
          counters: { queries: 9 },
        },
        {
          name: 'servers',
          state: 'serving',
          unbound: [],
          missingLists: [],
          listeners: [{ address: '192.168.60.2' }],
          counters: { queries: 9 },
        },
      ],
      lists,
    },
    null,
    2,
  );

const FETCHED = {
  list: 'ads',
  source: 'https://lists.example/ads.txt',
  state: 'not fetched: lists.example refuses the connection',
};
const MISSING = { list: 'ads', policy: 'strict', refuses: true };

export const cases: readonly FindingCase[] = [
  {
    when: 'a list was never fetched, and the VLAN answers SERVFAIL',
    add: { 'status.json': status('refusing', [MISSING], [FETCHED]) },
    finds: [
      {
        id: 'list-not-fetched',
        vlan: 'kids',
        sure: 'certain',
        what: /^list ads has never been read, so kids answers SERVFAIL .*: https:\/\/lists\.example\/ads\.txt: not fetched: lists\.example refuses the connection$/,
        cure: [/^vlandns lists update ads$/, /`when_lists_missing: allow` in policy strict/],
        prove: /vlandns status/,
        evidence: ['status.json:4', 'status.json:5'],
      },
    ],
  },
  {
    when: 'the file of a list was never there, and clients alone use it',
    add: {
      'status.json': status(
        'in part',
        [MISSING],
        [{ list: 'ads', source: '/lists/ads.txt', state: 'not read: there is no such file' }],
      ),
    },
    finds: [
      {
        id: 'list-file-missing',
        vlan: 'kids',
        what: /clients of kids with policy strict are answered SERVFAIL/,
        cure: [/put the file there/],
      },
    ],
  },
  {
    when: 'the VLAN goes on without the list, whose first copy is held back',
    add: {
      'status.json': status(
        'in part',
        [{ ...MISSING, refuses: false }],
        [{ ...FETCHED, state: 'update held back: 9 errors' }],
      ),
    },
    finds: [
      { id: 'list-not-fetched', what: /so kids is not filtered by it/, cure: [/^vlandns lists accept ads$/] },
    ],
  },
  {
    when: 'a list that was read is not updated',
    add: { 'status.json': status('serving', [], [FETCHED]) },
    finds: [],
  },
];
