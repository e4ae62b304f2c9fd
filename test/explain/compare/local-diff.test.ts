// Local data of two configurations beside each other: records of a name, for all VLANs and for single ones.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../../src/config/reader.ts';
import { compareLocal } from '../../../src/explain/compare/local-diff.ts';

const root = t.testdir();

/** A configuration with these records for all, and those of VLAN kids. */
function configWith(general: string, kids: string, hosts = '') {
  const folder = mkdtempSync(join(root, 'config-'));
  const file = join(folder, 'vlandns.yaml');
  writeFileSync(join(folder, 'hosts'), hosts);
  writeFileSync(
    file,
    `vlans:
  kids: { listen: ["127.0.0.1:5300"], subnets: [127.0.0.0/16], policy: open, records: [${kids}] }
  servers: { listen: ["127.1.0.1:5300"], subnets: [127.1.0.0/16], policy: open }
policies: { open: {} }
records: [${general}]
hosts: [hosts]
`,
  );
  return parseConfig(file);
}

const NAS = '"nas.home.arpa. A 192.0.2.10"';
const MOVED = '"nas.home.arpa. A 192.0.2.11"';

t.test('the same data have no difference, in whichever order and by whichever way', async (t) => {
  const one = configWith(`${NAS}, "tv.home.arpa. A 192.0.2.20"`, MOVED);
  const other = configWith(`"tv.home.arpa. A 192.0.2.20"`, MOVED, '192.0.2.10 nas.home.arpa\n');
  t.strictSame(await compareLocal(one, other, 20), []);
});

t.test('names with other records are told where they are seen', async (t) => {
  const one = configWith(NAS, '"old.home.arpa. MX 10 mail.example."');
  const other = configWith(MOVED, '"nas.home.arpa. 60 AAAA 2001:db8::10"', '192.0.2.30 new.home.arpa\n');
  t.strictSame(await compareLocal(one, other, 20), [
    {
      vlan: undefined,
      count: 2,
      first: [
        { name: 'nas.home.arpa', before: '300 A 192.0.2.10', after: '300 A 192.0.2.11' },
        { name: 'new.home.arpa', before: 'none', after: '300 A 192.0.2.30' },
      ],
    },
    {
      vlan: 'kids',
      count: 2,
      first: [
        { name: 'nas.home.arpa', before: '300 A 192.0.2.10', after: '60 AAAA 2001:db8::10' },
        { name: 'old.home.arpa', before: '300 MX 10 mail.example.', after: 'none' },
      ],
    },
  ]);
  t.match(await compareLocal(one, other, 1), [{ count: 2, first: { length: 1 } }, { count: 2 }]);
});

t.test('what a VLAN has of its own hides what changed for all', async (t) => {
  const diff = await compareLocal(configWith(NAS, NAS), configWith(MOVED, NAS), 20);
  t.strictSame(
    diff.map(({ vlan }) => vlan),
    [undefined],
  );
});
