// A configuration file read and prepared: everything that is wrong in one run, in whichever of the two it is found.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parsePrepared, readPrepared } from '../../src/assembly/parse-prepared.ts';
import { InvalidConfig } from '../../src/config/refused.ts';

const folder = t.testdir();

/** The places and settings of the faults of a file with these lines. */
async function faultsOf(name: string, lines: readonly string[]): Promise<string[]> {
  const file = join(folder, name);
  writeFileSync(file, lines.join('\n'));
  const { prepared, faults } = await readPrepared(file);
  t.equal(
    prepared === undefined,
    faults.some(({ severity }) => severity === 'error'),
    name,
  );
  return faults.map(({ line, setting, severity }) => `${line} ${severity} ${setting}`);
}

const VLANS = 'vlans: { lab: { listen: ["127.0.0.1:5340"], subnets: [127.0.0.0/8], policy: open } }';

t.test('faults of the reading and of local data are told in one run, in the order of the file', async (t) => {
  t.strictSame(
    await faultsOf('both.yaml', [
      'records: ["nas.home.arpa. A 192.0.2.300"]',
      VLANS,
      'policies: { open: { block: { rules: ["/(/"] } } }',
    ]),
    ['1 error records[0]', '3 error policies.open.block.rules[0]'],
  );
  t.strictSame(
    await faultsOf('alias.yaml', [
      VLANS,
      'policies: { open: {} }',
      'colour: red',
      'records:',
      '  - "nas.home.arpa. A 192.0.2.1"',
      '  - "nas.home.arpa. CNAME tv.home.arpa."',
    ]),
    ['3 error colour', '6 error records[1]'],
  );
});

t.test('a hosts file that is not there is told once', async (t) => {
  t.strictSame(await faultsOf('hosts.yaml', [VLANS, 'policies: { open: {} }', 'hosts: [none]']), [
    '3 error hosts[0]',
  ]);
});

t.test('a configuration of which nothing could be read has no faults but those', async (t) => {
  t.strictSame(await faultsOf('none.yaml', ['[']), ['1 error ']);
});

t.test('a start and a reload refuse with all of them', async (t) => {
  const lines: string[] = [];
  const refused = parsePrepared(join(folder, 'both.yaml'), (line) => lines.push(line));
  const error: unknown = await refused.catch((reason: unknown) => reason);
  t.match(error, { faults: [/records\[0\]/, /block\.rules\[0\]/] });
  t.ok(error instanceof InvalidConfig);
  t.strictSame(lines, []);
});

t.test('warnings go with what is prepared', async (t) => {
  const lines: string[] = [];
  const file = join(folder, 'good.yaml');
  writeFileSync(file, [VLANS, 'policies: { open: {} }', 'lists: { ads: a.txt }'].join('\n'));
  writeFileSync(join(folder, 'a.txt'), 'ads.example\n');
  const { config } = await parsePrepared(file, (line) => lines.push(line));
  t.equal(config.vlans.length, 1);
  t.match(lines, [/3:10: warning: lists\.ads/]);
});
