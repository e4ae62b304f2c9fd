// Configurations that are wrong in very many places, and files that are none.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { FaultLog } from '../../src/config/config-error.ts';
import { readConfig } from '../../src/config/reader.ts';

const GOOD =
  'vlans: { a: { listen: [127.0.0.1], subnets: [127.0.0.0/8], policy: open } }\npolicies: { open: {} }\n';

function makeFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

t.test('of 100,000 unknown keys 20 are told, and the count', (t) => {
  const file = join(makeFolder(t), 'vlandns.yaml');
  const keys = Array.from({ length: 100_000 }, (_, number) => `vlanz${number}: 1\n`).join('');
  writeFileSync(file, `${GOOD}${keys}limits: { rate: perhaps }\n`);
  const { config, faults } = readConfig(file);
  t.equal(config, undefined);
  t.equal(faults.length, 22);
  t.equal(faults.filter(({ message }) => message.startsWith('is not a known key')).length, 20);
  t.match(faults[20], { line: 23, setting: '', message: 'and 99980 more of this kind: is not a known key' });
  t.match(faults.at(-1), { setting: 'limits.rate' }, 'what else is wrong is told, too');
  t.end();
});

t.test('faults of each kind are bounded by themselves, in places of all depths', (t) => {
  const file = join(makeFolder(t), 'vlandns.yaml');
  const many = (item: (number: number) => string): string =>
    Array.from({ length: 500 }, (_, n) => item(n)).join('');
  writeFileSync(
    file,
    `${GOOD}lists:\n${many((n) => `  "List ${n}": { sources: https://lists.example/${n}, colour: red }\n`)}` +
      `expect:\n${many((n) => `  - { vlan: a, name: x${n}.example, is: "maybe ${n}" }\n`)}`,
  );
  const { faults } = readConfig(file);
  const counts = faults.filter(({ message }) => message.startsWith('and 480 more of this kind'));
  t.ok(counts.length >= 3, 'names, keys and choices');
  t.ok(faults.length <= 21 * counts.length + 20);
  t.end();
});

t.test('whether there is room for a fault is known before it is worked out', (t) => {
  const faults = new FaultLog('f');
  const at = { line: 1, column: 1 };
  for (let count = 0; count < 20; count++) {
    t.ok(faults.isTold(`"x${count}" is wrong; write y`));
    faults.error(at, '', `"x${count}" is wrong; write y`);
  }
  t.notOk(faults.isTold('"z" is wrong'));
  t.ok(faults.isTold('it is missing'));
  faults.warn(at, '', '"z" is wrong');
  t.match(faults.inOrder().at(-1), { severity: 'warning', message: 'and 1 more of this kind: … is wrong' });
  t.end();
});

t.test('a named pipe or a device in the place of a file is an error at once', (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'vlandns.yaml');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const [settings, said] of [
    [`hosts: [${pipe}]`, /pipe is a named pipe, not a regular file; write the path of a file/],
    ['hosts: [/dev/zero]', /\/dev\/zero is a device, not a regular file/],
    [`lists: { ads: ${pipe} }`, /pipe is a named pipe, not a regular file/],
    ['lists: { ads: /dev/tty }', /\/dev\/tty is a device, not a regular file/],
  ] as const) {
    writeFileSync(file, GOOD + settings);
    const { faults } = readConfig(file);
    t.match(
      faults.filter(({ severity }) => severity === 'error').map(({ message }) => message),
      [said],
      settings,
    );
  }
  for (const path of [pipe, '/dev/zero'])
    t.match(readConfig(path).faults, [{ message: /is not a regular file; write the path of one/ }], path);
  t.end();
});

t.test('names for people have nothing in them that steers a terminal', (t) => {
  const file = join(makeFolder(t), 'vlandns.yaml');
  for (const escape of ['\\u009b31m', '\\e[31m', '\\u202e', '\\u0085']) {
    writeFileSync(
      file,
      GOOD.replace(
        'policy: open }',
        `policy: open, clients: [{ name: "a${escape}b", address: 127.0.0.9, policy: open }] }`,
      ),
    );
    t.match(readConfig(file).faults, [{ message: /has a control character in it/ }], escape);
  }
  t.end();
});
