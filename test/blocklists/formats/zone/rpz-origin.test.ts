// The name of a policy zone: said by the file, by the operator, or found out; and never guessed where it is not sure.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseList } from '../../../../src/blocklists/formats/list-parser.ts';
import { findZoneName } from '../../../../src/blocklists/formats/zone/rpz-zone-name.ts';
import { kindToText } from '../../../../src/blocklists/rule.ts';
import { nameToText } from '../../../../src/dns/name-text.ts';

const file = join(t.testdir(), 'policy.zone');

/** Gives the rules as `line kind name`, and errors as `line error`. */
function parse(text: string, zone?: string): string[] {
  writeFileSync(file, text);
  const rules: string[] = [];
  const report = parseList(file, { format: 'rpz', zone }, (name, kind, line) => {
    rules.push(`${line} ${kindToText(kind)} ${nameToText(name.wire)}`);
  });
  return [...rules, ...report.examples.map(({ line }) => `${line} error`)];
}

const SOA = 'IN SOA localhost. root.localhost. 1 2 3 4 5';

t.test('owners stand under the name of the zone', async (t) => {
  const cases: [when: string, text: string, rules: string[], zone?: string][] = [
    ['the SOA record has it', `rpz.example.com. ${SOA}\nfoo.example CNAME .`, ['2 block foo.example']],
    [
      'the SOA record has it, owners are absolute',
      `rpz.example. ${SOA}\na.test.rpz.example. CNAME .`,
      ['2 block a.test'],
    ],
    [
      '$ORIGIN has it',
      `$ORIGIN rpz.example.\n@ ${SOA}\nfoo.example CNAME .\nb.test.rpz.example. CNAME .`,
      ['3 block foo.example', '4 block b.test'],
    ],
    ['the SOA record lacks its final dot', `rpz.lan ${SOA}\na.test.rpz.lan CNAME .`, ['2 block a.test']],
    [
      'nothing has it and owners are relative',
      `@ ${SOA}\nfoo.example CNAME .\n*.foo.example CNAME .`,
      ['2 block foo.example', '3 block below foo.example'],
    ],
    ['one owner ends in it', `@ ${SOA}\nbad.example.rpz. CNAME .`, ['2 block bad.example']],
    [
      'one owner ends in it, with what lies below',
      `@ ${SOA}\nbad.example.rpz. CNAME .\n*.bad.example.rpz. CNAME .`,
      ['2 block bad.example', '3 block below bad.example'],
    ],
    [
      'owners end in it, and some are relative',
      `@ ${SOA}\na.com.block.lan. CNAME .\nb.net.block.lan. CNAME .\nc.org CNAME .`,
      ['2 block a.com', '3 block b.net', '4 block c.org'],
    ],
    [
      'an owner about addresses ends in it',
      `@ ${SOA}\n32.1.2.0.192.rpz-ip.block.lan. CNAME .\na.example.block.lan. CNAME .`,
      ['3 block a.example'],
    ],
    [
      'the NS record has it',
      `@ ${SOA}\nblock.lan. NS localhost.\na.example.block.lan. CNAME .`,
      ['3 block a.example'],
    ],
    ['two names are possible', `@ ${SOA}\nbad.example.block.lan. CNAME .`, ['2 error']],
    [
      'two names are possible and the operator says it',
      `@ ${SOA}\nbad.example.block.lan. CNAME .\nx.example CNAME .`,
      ['2 block bad.example', '3 block x.example'],
      'Block.LAN.',
    ],
    [
      'owners end in nothing',
      `@ ${SOA}\na.test. CNAME .\nb.example CNAME .`,
      ['3 block b.example', '2 error'],
    ],
    [
      'there is no zone around the names',
      'a.example. CNAME .\nb.test. CNAME .\nb.example. CNAME .',
      ['1 block a.example', '2 block b.test', '3 block b.example'],
    ],
    ['a name is outside', `rpz.lan. ${SOA}\na.test. CNAME .`, ['2 error']],
  ];
  for (const [when, text, rules, zone] of cases) t.same(parse(text, zone), rules, when);
});

t.test('a long file is read as it comes, once its zone is known', async (t) => {
  const names = Array.from({ length: 5000 }, (_, number) => `n${number}.${number % 2 === 0 ? 'com' : 'net'}`);
  const rules = parse(`@ ${SOA}\n${names.map((name) => `${name}.block.lan. CNAME .`).join('\n')}`);
  t.same(
    rules,
    names.map((name, index) => `${index + 2} block ${name}`),
  );
});

t.test('the name of a zone is found where it is sure', async (t) => {
  const cases: [owners: string[], zone: string | undefined][] = [
    [['bad.example.rpz'], 'rpz'],
    [['*.bad.example.rpz', 'bad.example.rpz'], 'rpz'],
    [['a.example.com.rpz.local', 'b.example.com.rpz.local'], 'rpz.local'],
    [['a.com.my-rpz.lan'], 'my-rpz.lan'],
    [['x.com.block.lan', 'y.net.block.lan'], 'block.lan'],
    [['a.com.au.policy', 'b.net.au.policy'], 'policy'],
    [['32.zz.db8.2001.rpz-ip.a.b'], 'a.b'],
    [['bad.example.block.lan'], undefined],
    [['a.test', 'b.example'], undefined],
    [['a.b'], undefined],
  ];
  for (const [owners, zone] of cases) t.equal(findZoneName(owners), zone, owners.join(' '));
});
