import t from 'tap';
import { toDay } from '../../../src/schedules/schedule.ts';
import { configOf, faultLines } from '../reading.ts';

/** One policy "open" with the schedules as written, and what follows it. */
const schedules = (text: string, rest = ''): string =>
  `vlans:\n  lan: { interface: em0, policy: open }\npolicies:\n  open:\n    schedules:\n      - ${text}\n${rest}`;

const LISTS = 'lists: { ads: "https://lists.example/a" }\n';

const FAULTS: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
  [
    'one that never begins',
    schedules('{ name: x, days: [], from: "21:00", to: "06:30", block: everything }'),
    [
      '6:26: error: policies.open.schedules[0].days: is an empty list; write one or more days such as [mon, tue]',
    ],
  ],
  [
    'one that blocks nothing',
    schedules('{ name: x, from: "21:00", to: "06:30", block: {} }'),
    [
      '6:55: error: policies.open.schedules[0].block: blocks nothing; write everything, or lists: or rules: in it',
    ],
  ],
  [
    'one that always holds',
    schedules('{ name: x, from: "00:00", to: "00:00", block: everything }'),
    [
      '6:39: error: policies.open.schedules[0].to: is the time of from, so that it holds always; write another time, or what it blocks into block: of the policy',
    ],
  ],
  [
    'two of one name',
    schedules(
      '{ name: x, from: "21:00", to: "06:30", block: everything }\n      - { name: x, from: "12:00", to: "13:00", block: everything }',
    ),
    [
      '7:17: error: policies.open.schedules[1].name: "x" is the name of the schedule in line 6 too; write another name',
    ],
  ],
  [
    'days, times and dates that are none',
    schedules('{ name: x, days: monday, from: 9pm, to: "24:00", block: everything, except: "2026-02-30" }'),
    [
      '6:26: error: policies.open.schedules[0].days: "monday" is not a day of the week; write "mon" (or another of mon, tue, wed, thu, fri, sat, sun, daily, weekdays, weekend)',
      '6:40: error: policies.open.schedules[0].from: "9pm" is written with hours and minutes of two digits here; write "21:00"',
      '6:49: error: policies.open.schedules[0].to: "24:00" is the midnight that the next day begins with; write "00:00"',
      '6:85: error: policies.open.schedules[0].except: there is no 2026-02-30, the month ends on 2026-02-28; write a day that there is',
    ],
  ],
  [
    'what is missing',
    schedules('{ days: mon }'),
    [
      '6:9: error: policies.open.schedules[0].name: is missing; write a text of 1 to 64 characters',
      '6:9: error: policies.open.schedules[0].from: is missing; write a time from "00:00" to "23:59" such as "21:00"',
      '6:9: error: policies.open.schedules[0].to: is missing; write a time from "00:00" to "23:59" such as "21:00"',
      '6:9: error: policies.open.schedules[0].block: is missing; write everything, or a map with lists: and rules:',
    ],
  ],
  [
    'dates that make no difference',
    schedules(
      '{ name: x, days: thu, from: "21:00", to: "06:30", block: everything, except: ["2019-12-26", "2099-12-24", "2099-12-24", "2099-12-25"] }',
    ),
    [
      '6:87: warning: policies.open.schedules[0].except[0]: 2019-12-26 is past; take it out',
      '6:115: warning: policies.open.schedules[0].except[2]: 2099-12-24 is written in line 6 already; take it out',
      '6:129: warning: policies.open.schedules[0].except[3]: 2099-12-25 is a day of fri, on which it does not begin anyway; write the date that the night begins on, or take it out',
    ],
  ],
  [
    'a list that there is not, and a word that is not everything',
    schedules(
      '{ name: x, from: "21:00", to: "06:30", block: { lists: adds } }\n      - { name: y, from: "12:00", to: "13:00", block: all }\n    block: { lists: ads }',
      LISTS,
    ),
    [
      '6:64: error: policies.open.schedules[0].block.lists: there is no list "adds"; write "ads" (there are: ads)',
      '7:55: error: policies.open.schedules[1].block: "all" will not do; write everything',
    ],
  ],
  [
    'what the policy allows',
    schedules(
      '{ name: x, from: "21:00", to: "06:30", block: { rules: [games.example] } }\n    allow: { rules: [games.example] }',
    ),
    [
      '7:22: error: policies.open.allow.rules[0]: "games.example" is blocked by the same policy in line 6; keep it on one side',
    ],
  ],
  [
    'a zone that there is not',
    schedules(
      '{ name: x, from: "21:00", to: "06:30", block: everything }',
      'server: { time_zone: Berlin }\n',
    ),
    ['7:22: error: server.time_zone: there is no time zone "Berlin"; write Europe/Berlin'],
  ],
];

for (const [when, text, faults] of FAULTS)
  t.test(`${when}: told with what to write instead`, (t) => {
    t.strictSame(faultLines(t.testdir(), text), faults);
    t.end();
  });

t.test(
  'schedules of the policy that is extended come first, and one of their name takes their place',
  (t) => {
    const config = configOf(
      t.testdir(),
      `vlans:
  lan: { interface: em0, policy: kids, clients: [{ address: 192.0.2.7, policy: teens }] }
policies:
  kids:
    schedules:
      - { name: bedtime, days: [sun, weekdays], from: "20:00", to: "06:30", block: everything, except: "2099-12-24" }
      - { name: homework, days: weekdays, from: "15:00", to: "17:00", block: { lists: ads, rules: games.example } }
  teens:
    extends: kids
    schedules:
      - { name: bedtime, from: "22:30", to: "06:30", block: everything }
      - { name: lunch, from: "12:00", to: "13:00", block: { rules: "*.video.example" } }
server: { time_zone: Europe/Berlin }
${LISTS}`,
    );
    const [kids, teens] = config.policies;
    t.equal(config.server.timeZone, 'Europe/Berlin');
    t.match(kids?.schedules[0], { fromMinutes: 1200, toMinutes: 390, policy: 'kids', block: 'everything' });
    t.strictSame([...(kids?.schedules[0]?.days ?? [])], ['sun', 'mon', 'tue', 'wed', 'thu', 'fri']);
    t.strictSame([...(kids?.schedules[0]?.except ?? [])], [toDay('2099-12-24')]);
    t.match(kids?.schedules[1]?.block, {
      lists: [{ name: 'ads' }],
      rules: [{ text: 'games.example', policy: 'kids' }],
    });
    t.match(
      teens?.schedules.map(({ name, policy, fromMinutes }) => [name, policy, fromMinutes]),
      [
        ['bedtime', 'teens', 1350],
        ['homework', 'kids', 900],
        ['lunch', 'teens', 720],
      ],
    );
    t.end();
  },
);
