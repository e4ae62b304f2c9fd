// Files of leases as they lie on disk: with those of Kea's clean-up, missing, huge, and of no format.
import { execFileSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readLeases, watchedFiles } from '../../../src/clients/leases/read-leases.ts';
import type { LeaseReading, LeaseSource } from '../../../src/clients/leases/read-leases.ts';
import { makeRandom } from '../../support/rule-model.ts';
import { readLeaseText } from '../../support/lease-text.ts';

const HEADING = 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n';
const row = (host: number, name: string): string =>
  `192.0.2.${host},00:00:5e:00:53:${host},,3600,4102444800,1,0,0,${name},0\n`;

const namesOf = ({ leases }: LeaseReading): string => leases.map(({ name }) => name).join(' ');

t.test('Kea: what the clean-up has made comes first, then what was written since', async (t) => {
  const file = join(t.testdir({}), 'kea.csv');
  const source: LeaseSource = { file, format: 'kea' };
  const names = async (): Promise<string> => namesOf(await readLeases(source));
  writeFileSync(file, HEADING + row(10, 'a') + row(11, 'b'));
  t.equal(await names(), 'a b');
  renameSync(file, `${file}.1`);
  t.equal(await names(), 'a b', 'the server has begun to clean up, and there is no file');
  writeFileSync(file, HEADING);
  writeFileSync(`${file}.output`, HEADING + row(10, 'half'));
  t.equal(await names(), 'a b', 'what is half done does not count');
  renameSync(`${file}.output`, `${file}.completed`);
  t.equal(await names(), 'half', 'what is done stands for .1 and .2');
  rmSync(`${file}.1`);
  renameSync(`${file}.completed`, `${file}.2`);
  appendFileSync(file, row(10, 'c') + row(12, 'd'));
  t.equal(await names(), 'c d', 'the last row of an address holds, whichever file it is in');
  writeFileSync(`${file}.1`, HEADING + row(10, 'e') + row(13, 'f'));
  t.equal(await names(), 'f c d', '.2, then .1, then the file');
  t.strictSame(
    watchedFiles(source).map((one) => one.replace(file, '')),
    ['', '.1', '.2', '.completed'],
  );
  t.strictSame(watchedFiles({ file, format: 'isc' }), [file]);
});

t.test('what cannot be read is said in words', async (t) => {
  const folder = t.testdir({ folder: {} });
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const huge = join(folder, 'huge');
  writeFileSync(huge, '');
  truncateSync(huge, 65 * 1024 * 1024);
  for (const [file, why] of [
    [join(folder, 'nothing'), /^there is no such file$/],
    [join(folder, 'folder'), /is a folder, not a regular file$/],
    [fifo, /is a named pipe, not a regular file$/],
    [huge, /^it has 68157440 octets, more than the 67108864 that are read$/],
  ] as const)
    await t.rejects(readLeases({ file, format: 'auto' }), { message: why }, file);
});

t.test('a file of no format, or of another, has no leases and says so', async (t) => {
  const file = join(t.testdir({}), 'leases');
  writeFileSync(file, '# a comment\n\n[Section]\nkey = value\n');
  t.match(await readLeases({ file, format: 'auto' }), {
    leases: [],
    skipped: [{ file, line: 3, count: 2, why: /no format that is known; write format:/ }],
  });
  writeFileSync(file, row(10, 'a'));
  t.match(await readLeases({ file, format: 'dnsmasq' }), { leases: [], skipped: [{ line: 1, count: 1 }] });
  writeFileSync(file, '');
  t.match(
    await readLeases({ file, format: 'auto' }),
    { leases: [], skipped: [], end: 'whole' },
    'an empty one',
  );
});

t.test('lines of any length, garbage of any kind: the leases beside it are read', (t) => {
  const good = HEADING + row(10, 'a');
  const long = 'x'.repeat(200_000);
  const { lines, faults } = readLeaseText(`${good}${long}\n${row(11, 'b')}${long}`, 'kea', 7000);
  t.equal(lines.length, 2);
  t.match(faults, { count: 1, line: 3, why: /too long/ });
  const random = makeRandom(40);
  for (let round = 0; round < 300; round++) {
    const garbage = Array.from({ length: random(400) }, () => String.fromCharCode(random(256))).join('');
    for (const format of ['dhcpd', 'isc', 'dnsmasq', 'kea', 'routeros', 'auto'] as const)
      readLeaseText(`${garbage}\n${good}${garbage}`, format, 1 + random(100));
    t.ok(readLeaseText(`${garbage}\n${good}`, 'kea').lines.length >= 1 || t.fail(garbage));
  }
  t.end();
});
