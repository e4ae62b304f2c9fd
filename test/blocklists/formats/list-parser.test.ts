import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { FORMAT_NAMES } from '../../../src/blocklists/formats/line-format.ts';
import type { FormatName } from '../../../src/blocklists/formats/line-format.ts';
import { parseList } from '../../../src/blocklists/formats/list-parser.ts';
import type { ParseReport } from '../../../src/blocklists/formats/list-parser.ts';
import { kindToText } from '../../../src/blocklists/rule.ts';
import { nameToText } from '../../../src/dns/name-text.ts';

const folder = t.testdir();
const ignore = (): void => undefined;
const file = join(folder, 'list.txt');

/** Parses a text and gives its rules as `kind name`, with the line before them where `withLines` says so. */
function parse(
  text: string | Uint8Array,
  format: FormatName | 'auto',
  withLines = false,
): { rules: string[]; report: ParseReport } {
  writeFileSync(file, text);
  const rules: string[] = [];
  const report = parseList(file, format, (name, kind, line) => {
    rules.push(`${withLines ? `${line} ` : ''}${kindToText(kind)} ${nameToText(name.wire)}`);
  });
  return { rules, report };
}

/** What a line means: the rules it makes, or `skipped: why`, or `error: why`; nothing for what is passed over in silence. */
type Row = [line: string, meaning: string[]];

const MEANINGS: Record<FormatName, Row[]> = {
  hosts: [
    ['0.0.0.0 a.example', ['block a.example']],
    ['127.0.0.1\ta.example  b.example # c.example', ['block a.example', 'block b.example']],
    ['::1 a.example', ['block a.example']],
    ['fe80::1%lo0 a.example', ['block a.example']],
    ['192.0.2.7 a.example#comment', ['block a.example']],
    ['a.example', ['block a.example']],
    ['0.0.0.0 A.Example.', ['block a.example']],
    ['0.0.0.0 _dmarc.a-b.example', ['block _dmarc.a-b.example']],
    ['127.0.0.1 localhost localhost.localdomain', ['skipped: a name of the machine itself']],
    ['ff02::1 ip6-allnodes', ['skipped: a name of the machine itself']],
    ['255.255.255.255 broadcasthost', ['skipped: a name of the machine itself']],
    ['0.0.0.0 0.0.0.0', ['skipped: an address, not a name']],
    ['0.0.0.0', ['skipped: an address, not a name']],
    ['2001:db8::1', ['skipped: an address, not a name']],
    ['0.0.0.0 com', ['error: a name of one label, which would be a whole top-level domain']],
    ['0.0.0.0 a.example ||b.example^', ['block a.example', 'error: a character that no name has']],
    ['a.example b.example', ['error: two words, and the first is not an address']],
    ['999.0.0.1 a.example', ['error: two words, and the first is not an address']],
    ['! a comment', []],
    ['# 0.0.0.0 a.example', []],
    ['   ', []],
  ],
  domains: [
    ['a.example', ['block subtree a.example']],
    ['  a.example # why', ['block subtree a.example']],
    ['*.a.example', ['block subtree a.example']],
    ['.a.example', ['block subtree a.example']],
    ['=a.example', ['block a.example']],
    ['BÜCHER.example', ['block subtree xn--bcher-kva.example']],
    ['例え。テスト', ['block subtree xn--r8jz45g.xn--zckzah']],
    ['xn--bcher-kva.EXAMPLE.', ['block subtree xn--bcher-kva.example']],
    ['198.51.100.7', ['skipped: an address, not a name']],
    ['198.51.100.0/24', ['skipped: an address, not a name']],
    ['2001:db8::/32', ['skipped: an address, not a name']],
    ['ads*.example', ['skipped: a pattern inside a name']],
    ['com', ['error: a name of one label, which would be a whole top-level domain']],
    ['1.2.3', ['error: a name that ends in a number']],
    ['a..example', ['error: an empty label']],
    ['.', ['error: no name']],
    ['a.example..', ['error: an empty label']],
    ['a.example b.example', ['error: more than one word']],
    ['https://a.example/', ['error: a character that no name has']],
    [`${'x'.repeat(64)}.example`, ['error: a label of more than 63 octets']],
    [`${'x'.repeat(63)}.example`, [`block subtree ${'x'.repeat(63)}.example`]],
    [`${'a.'.repeat(126)}b`, [`block subtree ${'a.'.repeat(126)}b`]],
    [`${'a.'.repeat(127)}b`, ['error: a name of more than 255 octets']],
    ['\u0000.example', ['error: a character that no name has']],
    ['\ud800.example', ['error: not a name that IDNA knows']],
    ['<!DOCTYPE html>', ['error: more than one word']],
    ['$0/', ['error: a character that no name has']],
  ],
  wildcard: [
    ['*.a.example', ['block subtree a.example']],
    ['a.example', ['block subtree a.example']],
    ['=a.example', ['block a.example']],
    ['*.zip', ['block subtree zip']],
    ['*.*.example', ['skipped: a pattern inside a name']],
    ['ads.*', ['skipped: a pattern inside a name']],
    ['*', ['skipped: a pattern inside a name']],
    ['*.', ['error: no name']],
  ],
  adguard: [
    ['||a.example^', ['block subtree a.example']],
    ['||a.example^|', ['block subtree a.example']],
    ['||a.example|', ['block subtree a.example']],
    ['||a.example', ['block subtree a.example']],
    ['||zip^', ['block subtree zip']],
    ['||A.Example^ # why', ['block subtree a.example']],
    ['||bücher.example^', ['block subtree xn--bcher-kva.example']],
    ['@@||a.example^', ['allow subtree a.example']],
    ['||a.example^$important', ['block subtree important a.example']],
    ['@@||a.example^$important', ['allow subtree important a.example']],
    ['|a.example^', ['block a.example']],
    ['@@|a.example|', ['allow a.example']],
    ['||*.a.example^', ['block below a.example']],
    ['*.a.example^', ['block below a.example']],
    ['.a.example^', ['block below a.example']],
    ['a.example^', ['block subtree a.example']],
    ['a.example', ['block a.example']],
    ['@@a.example', ['allow subtree a.example']],
    ['0.0.0.0 a.example b.example # c', ['block a.example', 'block b.example']],
    ['[Adblock Plus 2.0]', []],
    ['! a comment', []],
    ['# a comment', []],
    ['||a.example^$third-party', ['skipped: a modifier other than $important']],
    ['||a.example^$dnstype=AAAA', ['skipped: a modifier other than $important']],
    ['||a.example^$important,client=192.0.2.1', ['skipped: a modifier other than $important']],
    ['||a.example^$~third-party', ['skipped: a modifier other than $important']],
    ['||a.example^$', ['error: a "$" without a modifier']],
    ['*$denyallow=com|net', ['skipped: a modifier other than $important']],
    ['/ads[0-9]+\\./', ['skipped: a regular expression']],
    ['@@/ads/$important', ['skipped: a regular expression']],
    ['/banner/ads.js', ['skipped: a URL rule']],
    ['||a.example/ads/', ['skipped: a URL rule']],
    ['|https://a.example^', ['skipped: a URL rule']],
    ['||a.example:8080^', ['skipped: a URL rule']],
    ['a.example##.banner', ['skipped: a cosmetic rule']],
    ['a.example#@#.banner', ['skipped: a cosmetic rule']],
    ['a.example#?#div:has(> a)', ['skipped: a cosmetic rule']],
    ['a.example$$script[data-src="x"]', ['skipped: a cosmetic rule']],
    ['||ad*.example^', ['skipped: a pattern inside a name']],
    ['||ads.', ['skipped: a pattern inside a name']],
    ['||ads', ['skipped: a pattern inside a name']],
    ['|ads.example', ['skipped: a pattern inside a name']],
    ['||192.0.2.1^', ['skipped: an address, not a name']],
    ['ads', ['error: a word that is not a rule']],
    ['||^', ['error: no name']],
    ['||', ['skipped: a pattern inside a name']],
    ['||a b^', ['error: more than one word']],
    ['||a.example^! glued comment', ['error: more than one word']],
    ['||a,b.example^', ['error: a character that no name has']],
    ['$0/', ['error: a "$" without a modifier']],
  ],
  dnsmasq: [
    ['address=/a.example/#', ['block subtree a.example']],
    ['address=/a.example/0.0.0.0', ['block subtree a.example']],
    ['address=/a.example/::', ['block subtree a.example']],
    ['address=/a.example/', ['block subtree a.example']],
    ['address=/a.example/b.example/192.0.2.1 # why', ['block subtree a.example', 'block subtree b.example']],
    ['server=/a.example/', ['block subtree a.example']],
    ['local=/a.example/', ['block subtree a.example']],
    ['local=/zip/', ['block subtree zip']],
    ['server=/a.example/192.0.2.1', ['skipped: forwarding, not blocking']],
    ['server=/a.example/#', ['skipped: forwarding, not blocking']],
    ['address=/#/0.0.0.0', ['skipped: a pattern inside a name']],
    ['address=/*.a.example/#', ['skipped: a pattern inside a name']],
    ['domain-needed', ['skipped: another setting']],
    ['cache-size=1000', ['skipped: another setting']],
    ['server=192.0.2.1', ['skipped: another setting']],
    ['address=/', ['error: no name between slashes']],
    ['address=//#', ['error: no name']],
    ['address=/a..example/#', ['error: an empty label']],
    ['a.example', ['error: not a dnsmasq setting']],
    ['$0/', ['error: not a dnsmasq setting']],
    ['# address=/a.example/#', []],
  ],
};

for (const format of FORMAT_NAMES) {
  t.test(`lines of the ${format} format mean what README.md's table says`, async (t) => {
    for (const [line, meaning] of MEANINGS[format]) {
      const { rules, report } = parse(line, format);
      const skipped = Object.keys(report.skippedFor).map((reason) => `skipped: ${reason}`);
      const errors = report.examples.map(({ reason }) => `error: ${reason}`);
      t.same([...rules, ...skipped, ...errors], meaning, JSON.stringify(line.slice(0, 60)));
    }
  });
}

t.test('invalid UTF-8 is an error of its line only', async (t) => {
  const text = Buffer.concat([
    Buffer.from('a.example\n'),
    Buffer.of(0xff, 0xfe),
    Buffer.from('.example\nb.example\n'),
  ]);
  const { rules, report } = parse(text, 'domains');
  t.same(rules, ['block subtree a.example', 'block subtree b.example']);
  t.match(report, { errors: 1, examples: [{ line: 2, text: '\ufffd\ufffd.example', reason: 'not UTF-8' }] });
});

t.test(
  'byte order mark, CRLF, blank lines and a last line without end change nothing but the line numbers',
  async (t) => {
    const { rules, report } = parse(
      '\ufeffa.example\r\n\r\n# c\r\n b.example \r\nc.example',
      'domains',
      true,
    );
    t.same(rules, ['1 block subtree a.example', '4 block subtree b.example', '5 block subtree c.example']);
    t.match(report, { lines: 5, entries: 3, skipped: 0, errors: 0 });
  },
);

t.test('the first five faults are kept, cut and harmless on a terminal', async (t) => {
  const { report } = parse(`${'\u001b[31m evil\n'.repeat(7)}${'y'.repeat(300)}\n`, 'domains');
  t.equal(report.errors, 8);
  t.same(
    report.examples.map(({ line }) => line),
    [1, 2, 3, 4, 5],
  );
  t.equal(report.examples[0]?.text, '\ufffd[31m evil');
  const long = parse('y'.repeat(300), 'domains').report.examples[0];
  t.equal(long?.text, 'y'.repeat(120));
});

t.test(
  'lines beyond 4 KiB are errors wherever they lie in the file, and the next line is read',
  async (t) => {
    const chunk = 256 * 1024;
    for (const length of [4096, 4097, chunk - 1, chunk, chunk + 1, 3 * chunk]) {
      for (const before of [0, chunk - 4100, chunk - 1]) {
        const filler = before === 0 ? '' : `#${'\n'.repeat(before - 1)}`;
        const { rules, report } = parse(
          `${filler}${'z'.repeat(length)}\na.example\n${'z'.repeat(length)}`,
          'domains',
        );
        const when = `${length} octets behind ${before}`;
        t.same(rules, ['block subtree a.example'], when);
        t.equal(report.errors, 2, when);
        t.match(
          report.examples[0]?.reason,
          length > 4096 ? 'a line of more than 4,096 octets' : 'a label of more than 63 octets',
          when,
        );
      }
    }
    t.equal(parse(`#${'c'.repeat(5000)}\n`, 'domains').report.errors, 0, 'a long comment is a comment');
  },
);

t.test('rules that straddle the chunks of reading are read whole', async (t) => {
  const names = Array.from({ length: 60_000 }, (_, number) => `name-${number}.of.some.length.example`);
  const { rules, report } = parse(names.join('\n'), 'domains', true);
  t.equal(report.lines, names.length);
  t.same(
    rules,
    names.map((name, index) => `${index + 1} block subtree ${name}`),
  );
});

t.test('the format is found by what the lines are, not by what the file is called', async (t) => {
  const comments = '# Title: hosts file, adblock and dnsmasq formats\n! 0.0.0.0 ||x^\n#\n';
  const cases: [string, FormatName, string][] = [
    ['plain names', 'domains', 'a.example\nb.example\n'],
    ['hosts lines', 'hosts', '127.0.0.1 localhost\n::1 localhost\n0.0.0.0 a.example\n'],
    ['wildcards', 'wildcard', '*.a.example\n*.b.example\n'],
    ['adblock rules', 'adguard', '||a.example^\n@@||b.example^\n'],
    [
      'adblock rules with hosts and plain lines',
      'adguard',
      '||a.example^\n0.0.0.0 b.example\n||c.example^\nd.example\n',
    ],
    ['element rules', 'adguard', 'a.example##.ad\nb.example##.ad\n'],
    ['a header only', 'adguard', '[Adblock Plus 2.0]\n'],
    ['dnsmasq addresses', 'dnsmasq', 'address=/a.example/#\nserver=/b.example/\n'],
    ['one stray rule among names', 'domains', 'a.example\nb.example\n||c.example^\n'],
    ['CRLF and spaces', 'hosts', '  0.0.0.0\ta.example\r\n  0.0.0.0\tb.example\r\n'],
    ['U-labels', 'domains', 'bücher.example\n'],
    ['nothing', 'domains', ''],
    ['what is no list', 'domains', '<!DOCTYPE html>\n<html><body>\n'],
    ['a shape repeated that no format has', 'domains', '$0/\n'.repeat(1000)],
  ];
  for (const [what, format, text] of cases) {
    t.equal(parse(comments + text, 'auto').report.format, format, what);
  }
});

t.test('a published list of nothing but `$0/` has errors only', async (t) => {
  const { report } = parse('$0/\n'.repeat(37_500), 'auto');
  t.match(report, { lines: 37_500, entries: 0, skipped: 0, errors: 37_500 });
});

t.test('a file that cannot be read throws what the system says', async (t) => {
  mkdirSync(join(folder, 'sub'));
  t.throws(() => parseList(join(folder, 'absent'), 'auto', ignore), { code: 'ENOENT' });
  t.throws(() => parseList(join(folder, 'sub'), 'auto', ignore), /is not a regular file/);
});
