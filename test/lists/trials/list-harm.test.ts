// Which rules of a new copy are found to block a name that is needed, in every form that a rule can have.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { compile } from '../../../src/blocklists/compile.ts';
import type { FormatName } from '../../../src/blocklists/formats/format-names.ts';
import { readImage } from '../../../src/blocklists/trie/image/image-reader.ts';
import { readConfig } from '../../../src/config/reader.ts';
import type { CompiledLists } from '../../../src/lists/compiled-lists.ts';
import { harmOf } from '../../../src/lists/trials/list-harm.ts';

const CONFIG = `vlans: { kids: { listen: ["127.0.0.1:5340"], subnets: [127.0.0.0/8], policy: kids } }
policies: { kids: { block: { lists: [ads] } } }
lists: { ads: [ads.txt, more.txt] }
`;

const SOURCES = ['ads.txt', 'more.txt'];

/** The two sources of the list, with these texts. */
async function compileTexts(
  t: Test,
  folder: string,
  format: FormatName,
  texts: readonly string[],
): Promise<CompiledLists> {
  const output = join(folder, texts.join().replaceAll(/\W/g, '').slice(0, 100));
  const sources = texts.map((text, index) => {
    const file = `${output}.${index}`;
    writeFileSync(file, text);
    return { list: 'ads', source: join(folder, SOURCES[index] ?? ''), file, format };
  });
  compile({ output, key: '', sources });
  const image = await readImage(output);
  if ('fault' in image) throw new Error(image.fault);
  t.teardown(() => image.trie.lines.close());
  return image;
}

const needed = [{ name: 'captive.example', what: 'which devices need' }];
const SAID = /^it would block captive\.example, which devices need$/;

const cases: [what: string, format: FormatName, text: string, more: string, isHarm: boolean][] = [
  ['a name', 'domains', 'captive.example', 'x.example', true],
  ['a name above', 'adguard', '||example^', 'x.example', true],
  ['an expression', 'adguard', '/^captive\\./', 'x.example', true],
  ['an expression about other names', 'adguard', '/^active\\./', 'x.example', false],
  ['an expression with an exception', 'adguard', '/^captive\\./', '@@||captive.example^', false],
  ['a condition that holds', 'adguard', '||captive.example^$dnstype=A', 'x.example', true],
  ['a condition on another type', 'adguard', '||captive.example^$dnstype=AAAA', 'x.example', false],
  ['a condition on aliases', 'adguard', '*$dnstype=CNAME', 'x.example', true],
  ['all names but some', 'adguard', '*$denyallow=org', 'x.example', true],
  ['all names but this one', 'adguard', '*$denyallow=captive.example', 'x.example', false],
  ['an answer', 'adguard', '||captive.example^$dnsrewrite=192.0.2.1', 'x.example', true],
  ['an answer of a zone', 'rpz', 'captive.example CNAME .', 'x.example CNAME .', true],
  ['every name of a zone', 'rpz', '* CNAME .', 'x.example CNAME .', true],
  ['what can be had over TCP', 'rpz', 'captive.example CNAME rpz-tcp-only.', 'x.example CNAME .', false],
  [
    'what is important in spite of an exception',
    'adguard',
    '||captive.example^$important',
    '@@captive.example',
    true,
  ],
];

for (const [what, format, text, more, isHarm] of cases)
  t.test(`${what}: ${isHarm ? 'held' : 'good'}`, async (t) => {
    const folder = t.testdir({ 'vlandns.yaml': CONFIG, 'ads.txt': '', 'more.txt': '' });
    const { config } = readConfig(join(folder, 'vlandns.yaml'));
    if (config === undefined) throw new Error('not a configuration');
    const source = join(folder, 'ads.txt');
    const before = await compileTexts(t, folder, format, [
      format === 'rpz' ? 'y.example CNAME .' : 'y.example',
      more,
    ]);
    const after = await compileTexts(t, folder, format, [text, more]);
    const change = { config, sources: new Set([source]), after, needed };
    const { held, told } = harmOf({ ...change, before });
    t.strictSame([...told], []);
    if (isHarm) t.match(held.get(source), SAID);
    else t.strictSame([...held], []);
    t.strictSame([...harmOf({ ...change, before: after }).held], [], 'what it blocked it does not begin to');
  });

t.test('a new copy that leaves no room for what another source has does harm, and says so', async (t) => {
  const folder = t.testdir({ 'vlandns.yaml': CONFIG, 'ads.txt': '', 'more.txt': '' });
  const { config } = readConfig(join(folder, 'vlandns.yaml'));
  if (config === undefined) throw new Error('not a configuration');
  const [ads = '', more = ''] = SOURCES.map((name) => join(folder, name));
  const many = Array.from({ length: 16_384 }, (_, at) => `n${at}.example A 192.0.${at >> 8}.${at & 255}`);
  const zone = 'a.example CNAME .\nb.example CNAME *.';
  const before = await compileTexts(t, folder, 'rpz', ['c.example CNAME .', zone]);
  const after = await compileTexts(t, folder, 'rpz', [many.join('\n'), zone]);
  const change = { config, before, after, needed: [] };
  const { together } = harmOf({ ...change, sources: new Set([ads]) });
  t.match(together, `it would leave no room for 2 rules of ${more}`);
  t.strictSame(
    [...harmOf({ ...change, before: after, sources: new Set([ads]) }).held],
    [],
    'it was so before',
  );
});

const ZONE = 'y.example CNAME .';
const novelties: [
  what: string,
  format: FormatName,
  before: string,
  after: string,
  said: RegExp | undefined,
][] = [
  [
    'an address for a name',
    'adguard',
    '||y.example^',
    '||bank.example^$dnsrewrite=192.0.2.66',
    /A 192\.0\.2\.66$/,
  ],
  ['an alias', 'rpz', ZONE, 'bank.example CNAME other.example.', /CNAME other\.example\.$/],
  ['an address that leads nowhere', 'rpz', ZONE, 'bank.example A 0.0.0.0', undefined],
  ['another address than before', 'rpz', 'y.example A 192.0.2.1', 'bank.example A 192.0.2.2', undefined],
  ['half of all addresses', 'ip', '192.0.2.1', '128.0.0.0/1', /most addresses/],
  ['a third of them in small parts', 'ip', '192.0.2.1', '64.0.0.1 - 159.255.255.254', /most addresses/],
  ['what is not public', 'ip', '192.0.2.1', '224.0.0.0/3\n10.0.0.0/8\n10.1.0.0/16\n3000::/4', undefined],
  ['a block of IPv6 addresses', 'ip', '2001:db8::1', '2000::/3', /most addresses/],
  ['a zone about most addresses', 'rpz', ZONE, '1.0.0.0.128.rpz-ip CNAME .', /most addresses/],
  ['a zone that allows most addresses', 'rpz', ZONE, '1.0.0.0.128.rpz-ip CNAME rpz-passthru.', undefined],
];

t.test('what a fetched list begins to do is held, of a file here it is not', async (t) => {
  const folder = t.testdir({
    'more.txt': '',
    'vlandns.yaml': CONFIG.replace('ads.txt', '"https://lists.example/ads.txt"'),
  });
  const { config } = readConfig(join(folder, 'vlandns.yaml'));
  if (config === undefined) throw new Error('not a configuration');
  const url = 'https://lists.example/ads.txt';
  const file = join(folder, 'more.txt');
  for (const [what, format, old, text, said] of novelties) {
    for (const source of [url, file]) {
      const renamed = (lists: CompiledLists): CompiledLists => ({
        ...lists,
        meta: { ...lists.meta, sources: lists.meta.sources.map((report) => ({ ...report, source })) },
      });
      const before = renamed(await compileTexts(t, folder, format, [old]));
      const after = renamed(await compileTexts(t, folder, format, [text]));
      const { held } = harmOf({ config, sources: new Set([source]), before, after, needed: [] });
      if (said === undefined || source === file) t.strictSame([...held], [], what);
      else t.match(held.get(source), said, what);
    }
  }
});
