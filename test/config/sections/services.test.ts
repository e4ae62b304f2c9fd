// Services: which of them a configuration has, with which names, and what is said of one that cannot be.

import t from 'tap';
import { configOf, faultLines } from '../reading.ts';

/** One policy "open" as written, and services. */
const withServices = (policy: string, services: string): string =>
  `vlans:\n  lan: { interface: em0, policy: open }\npolicies:\n  open: ${policy}\nservices:\n${services}`;

const FAULTS: readonly (readonly [when: string, text: string, faults: readonly string[]])[] = [
  [
    'a service that there is not, and one that is misspelt',
    withServices(
      '{ block: { services: [tiktoc, zzzzzzzz] }, allow: { services: mi } }',
      '  mine: game.example\n',
    ),
    [
      '4:31: error: policies.open.block.services[0]: there is no service "tiktoc"; write "tiktok" ("vlandns services" prints all; your own stand under "services")',
      '4:39: error: policies.open.block.services[1]: there is no service "zzzzzzzz"; "vlandns services" prints all; your own stand under "services"',
      '4:71: error: policies.open.allow.services: there is no service "mi"; "vlandns services" prints all; your own stand under "services"',
      '6:3: warning: services.mine: no policy uses it; name it in a policy, or take it out',
    ],
  ],
  [
    'a service that is blocked and allowed by one policy',
    withServices('{ block: { services: [tiktok] }, allow: { services: [tiktok] } }', '  {}\n'),
    [
      '4:62: error: policies.open.allow.services[0]: service "tiktok" is blocked by the same policy in line 4; keep it on one side',
    ],
  ],
  [
    'a name that the program has given already',
    withServices('{ block: { services: [tiktok] } }', '  tiktok: { names: [clone.example] }\n'),
    [
      '6:3: error: services.tiktok: a service "tiktok" comes with the program; give yours another name, or add to it with extends: tiktok',
    ],
  ],
  [
    'a service without names, and an extended one that there is not',
    withServices(
      '{ block: { services: [none, more] } }',
      '  none: {}\n  more: { extends: [robloks, zzzzzzz], names: [a.example] }\n',
    ),
    [
      '6:3: error: services.none: has no names; write names: or extends:, or take it out',
      '7:21: error: services.more.extends[0]: no service "robloks" comes with the program; write "roblox"',
      '7:30: error: services.more.extends[1]: no service "zzzzzzz" comes with the program; "vlandns services" prints them',
    ],
  ],
  [
    'names that are none',
    withServices(
      '{ block: { services: mine } }',
      '  mine: ["*.game.example", "https://game.example/", "||x.example^", "/ad/", 192.0.2.1]\n',
    ),
    [
      '6:10: error: services.mine.names[0]: "*.game.example" will not do: a name is itself and everything below it; write game.example',
      '6:28: error: services.mine.names[1]: ":" in "https://game.example/" has no place in a name; write the name alone, such as example.org',
      '6:53: error: services.mine.names[2]: "||x.example^" will not do: a name is itself and everything below it; write x.example',
      '6:69: error: services.mine.names[3]: "/ad/" will not do: a name is itself and everything below it; write ad',
      '6:77: error: services.mine.names[4]: 192.0.2.1 is an address; write a name such as example.org',
    ],
  ],
];

t.test('what is wrong with a service is said with its place', (t) => {
  for (const [when, text, faults] of FAULTS) t.strictSame(faultLines(t.testdir(), text), faults, when);
  t.end();
});

t.test('a configuration has its own services, and those of the program that it refers to', (t) => {
  const text = withServices(
    '{ block: { services: [roblox, mine, videos, tiktok] } }',
    `  mine: [Game.Example., bücher.example]
  videos: { title: Films, extends: netflix }
  tiktok: { extends: tiktok, names: clone.example }
`,
  );
  const { services, policies, file } = configOf(t.testdir(), text);
  t.strictSame(
    services.map(({ name, title, at }) => [name, title, at?.line]),
    [
      ['mine', 'mine', 6],
      ['videos', 'Films', 7],
      ['tiktok', 'tiktok', 8],
      ['roblox', 'Roblox', undefined],
    ],
  );
  const [mine, videos, tiktok] = services;
  t.strictSame(mine?.parts, [
    {
      file,
      names: [
        { text: 'game.example', line: 6 },
        { text: 'xn--bcher-kva.example', line: 6 },
      ],
    },
  ]);
  t.strictSame(
    videos?.parts.map((part) => part.file),
    ['config/services/netflix.yaml'],
  );
  t.strictSame(tiktok?.parts[0], { file, names: [{ text: 'clone.example', line: 8 }] });
  const added = tiktok?.parts[1];
  t.equal(added?.file, 'config/services/tiktok.yaml');
  t.ok(added?.names.some((name) => name.text === 'tiktok.com'));
  t.strictSame(
    policies[0]?.block.services.map(({ name }) => name),
    ['roblox', 'mine', 'videos', 'tiktok'],
  );
  t.end();
});

t.test('services of an extended policy add up, each once', (t) => {
  const { policies } = configOf(
    t.testdir(),
    `vlans: { lan: { interface: em0, policy: kids } }
policies:
  kids: { extends: family, block: { services: [tiktok, roblox] }, allow: { services: netflix } }
  family: { block: { services: [roblox] } }
`.replace('lan: {', 'wan: { interface: em1, policy: family }, lan: {'),
  );
  t.strictSame(
    policies[0]?.block.services.map(({ name, at }) => [name, at.line]),
    [
      ['roblox', 4],
      ['tiktok', 3],
    ],
  );
  t.strictSame(
    policies[0]?.allow.services.map(({ name }) => name),
    ['netflix'],
  );
  t.end();
});
