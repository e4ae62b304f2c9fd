// Excerpts that look like real lists, one for each format: what they are taken for, and what each of their lines becomes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { shortPrefixToText } from '../../../src/addresses/address-text.ts';
import { effectToText } from '../../../src/policy/lists/list-effect.ts';
import type { FormatName } from '../../../src/blocklists/formats/format-names.ts';
import { parseList } from '../../../src/blocklists/formats/list-parser.ts';
import type { ParseReport, RulePlace } from '../../../src/blocklists/formats/list-parser.ts';
import { kindToText } from '../../../src/blocklists/rule.ts';
import { nameToText } from '../../../src/dns/name-text.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Parses a file of unknown format and gives its rules as `line kind what: effect`. */
function parse(file: string): { rules: string[]; report: ParseReport } {
  const rules: string[] = [];
  const tell = (what: string, { kind, line, effect }: RulePlace): void => {
    rules.push(
      `${line} ${kindToText(kind)} ${what}${effect === undefined ? '' : `: ${effectToText(effect)}`}`,
    );
  };
  const report = parseList(
    file,
    'auto',
    (name, kind, line, effect) => tell(nameToText(name.wire), { kind, line, effect }),
    {
      faultOf: () => undefined,
      root: (place) => tell('.', place),
      revoke: () => undefined,
      addresses: (prefix, place) => tell(shortPrefixToText(prefix), place),
      expression: (text, place) => {
        tell(text, place);
        return undefined;
      },
    },
  );
  return { rules, report };
}

interface Excerpt {
  readonly format: FormatName;
  readonly rules: readonly string[];
  readonly skipped: Readonly<Record<string, number>>;
  /** As `line reason`. */
  readonly errors: readonly string[];
}

const EXCERPTS: Readonly<Record<string, Excerpt>> = {
  'hosts.txt': {
    format: 'hosts',
    rules: [
      '21 block ads.example.com',
      '22 block adserver.example.net',
      '22 block banners.example.net',
      '23 block pixel.example.org',
      '24 block t_1.example.org',
      '25 block v6.ads.example.com',
      '26 block xn--bcher-werbung-wob.example',
    ],
    skipped: { 'a name of the machine itself': 8, 'an address, not a name': 1 },
    errors: [],
  },
  'domains.txt': {
    format: 'domains',
    rules: [
      '3 block subtree login.bank.example',
      '4 block subtree secure-login.bank.example',
      '5 block subtree xn--bcher-kva.example',
      '6 block subtree xn--r8jz45g.xn--zckzah',
    ],
    skipped: { 'an address, not a name': 1 },
    errors: ['8 a name of one label, which would be a whole top-level domain', '9 an empty label'],
  },
  'wildcard.txt': {
    format: 'wildcard',
    rules: ['2 block subtree ads.example.com', '3 block subtree tracker.example', '4 block subtree zip'],
    skipped: { 'a pattern inside a name': 1 },
    errors: [],
  },
  'adguard.txt': {
    format: 'adguard',
    rules: [
      '8 block subtree ads.example.com',
      '9 block subtree important tracker.example',
      '10 block subtree metrics.example.net: only AAAA HTTPS',
      '11 block subtree example.org: not www.example.org shop.example.org and below',
      '13 allow subtree fine.ads.example.com',
      '14 allow important login.tracker.example',
      '16 block subtree search.example: answers CNAME forcesafesearch.example',
      '17 block subtree game.example: answers A 192.0.2.80',
      '18 block subtree game.example: answers AAAA 2001:db8::80',
      '19 block subtree gone.example: answers nxdomain',
      '21 block /(^|\\.)ad.*\\.example\\.net$/',
      '22 block /^stat[0-9]{1,3}\\.example\\./',
      '23 block /-banner-/',
      '24 block 192.0.2.66',
      '31 block old.example',
      '32 block plain.example',
    ],
    skipped: {
      'a cosmetic rule': 2,
      'a URL rule': 1,
      'a modifier that is not for DNS': 1,
      'a rule for certain clients': 1,
    },
    errors: [],
  },
  'dnsmasq.conf': {
    format: 'dnsmasq',
    rules: [
      '3 block subtree ads.example.com',
      '4 block subtree tracker.example',
      '5 block subtree one.example',
      '5 block subtree two.example',
      '6 block subtree quiet.example',
      '7 block subtree silent.example',
      '8 exception corp.example',
      '9 block below below.example',
    ],
    skipped: { 'the setting cache-size=': 1 },
    errors: [],
  },
  'rpz.zone': {
    format: 'rpz',
    rules: [
      '12 block ads.example.com: answers nxdomain',
      '13 block below ads.example.com: answers nxdomain',
      '14 block tracker.example: answers nodata',
      '15 allow fine.ads.example.com',
      '16 block worm.example: answers nothing at all',
      '17 block flood.example: answers over TCP only',
      '19 block game.example: answers A 192.0.2.80',
      '20 block game.example: answers AAAA 2001:db8::80',
      '22 block game.example: answers TXT "moved;" "ask the operator"',
      '23 block mail.example: answers MX 10 walled-garden.',
      '24 block phish.example: answers CNAME blockpage.lists.example.',
      '26 block 203.0.113.0/24: answers nxdomain',
      '27 allow 203.0.113.7',
      '28 block 2001:db8:bad::/48: answers nodata',
    ],
    skipped: { 'a trigger of the kind rpz-client-ip': 1, 'a trigger of the kind rpz-nsdname': 1 },
    errors: [],
  },
  'unbound.conf': {
    format: 'unbound',
    rules: [
      '3 block subtree ads.example.com: answers nxdomain',
      '4 block subtree tracker.example: answers zero',
      '5 block subtree closed.example: answers refused',
      '6 block subtree silent.example: answers nothing at all',
      '7 block subtree game.example: answers the data at this name',
      '8 block game.example: answers A 192.0.2.80',
      '9 block game.example: answers TXT "blocked here"',
      '10 block subtree own.example: answers nxdomain',
      '11 block www.own.example: answers A 192.0.2.81',
      '12 exception open.example: transparent zone',
    ],
    skipped: { 'another setting': 1, 'the setting do-ip6:': 1 },
    errors: [],
  },
  'drop.txt': {
    format: 'ip',
    rules: [
      '3 block 203.0.113.0/24',
      '4 block 198.51.100.64/26',
      '5 block 192.0.2.10/31',
      '5 block 192.0.2.12/31',
      '6 block 192.0.2.200',
      '7 block 2001:db8:bad::/48',
    ],
    skipped: {},
    errors: ['8 not an address or a prefix'],
  },
};

for (const [name, excerpt] of Object.entries(EXCERPTS)) {
  t.test(`${name} is taken for what it is, line by line`, async (t) => {
    const { rules, report } = parse(join(FIXTURES, name));
    t.equal(report.format, excerpt.format);
    t.same(rules, excerpt.rules);
    t.same(report.skippedFor, excerpt.skipped);
    t.same(
      report.examples.map(({ line, reason }) => `${line} ${reason}`),
      excerpt.errors,
    );
    t.equal(report.entries, excerpt.rules.length);
  });

  t.test(`${name} means the same with CRLF, a byte order mark and spaces behind its lines`, async (t) => {
    const file = join(t.testdir(), name);
    const text = readFileSync(join(FIXTURES, name), 'utf8');
    writeFileSync(file, `\ufeff${text.replaceAll('\n', ' \t\r\n')}`);
    const { rules, report } = parse(file);
    t.equal(report.format, excerpt.format);
    t.same(rules, excerpt.rules);
    t.equal(report.errors, excerpt.errors.length);
  });
}

t.test('owners of a policy zone are those behind its own name, however they are written', async (t) => {
  const cases: readonly (readonly [what: string, text: string, rules: readonly string[]])[] = [
    [
      'relative to the origin, which is the zone',
      '$ORIGIN rpz.example.\n@ SOA a. b. 1 2 3 4 5\na.example CNAME .\n*.a.example CNAME .\n',
      ['3 block a.example: answers nxdomain', '4 block below a.example: answers nxdomain'],
    ],
    [
      'absolute, as a transfer gives them, in any case',
      'RPZ.Example. 60 IN SOA a. b. 1 2 3 4 5\na.example.rpz.EXAMPLE. 60 IN CNAME .\n32.1.2.0.192.rpz-ip.rpz.example. 60 IN CNAME .\nrpz.example. 60 IN NS a.\n',
      ['2 block a.example: answers nxdomain', '3 block 192.0.2.1: answers nxdomain'],
    ],
    [
      'relative to an origin within the zone',
      '$ORIGIN rpz.example.\n@ SOA a. b. 1 2 3 4 5\n$ORIGIN com.rpz.example.\nads CNAME .\n$ORIGIN net\n* CNAME .\n',
      ['4 block ads.com: answers nxdomain', '6 block below net.com: answers nxdomain'],
    ],
    [
      'without an SOA record: the first origin is the zone',
      '$ORIGIN rpz.example.\na.example CNAME .\n',
      ['2 block a.example: answers nxdomain'],
    ],
    [
      'the zone itself has no rules, and what is left out is the owner before',
      '@ SOA a. b. ( 1 2\n 3 4 5 )\n TXT "the zone"\n A 192.0.2.1\na.example CNAME .\n A 192.0.2.1\n',
      ['5 block a.example: answers nxdomain', '6 block a.example: answers A 192.0.2.1'],
    ],
    [
      'targets are relative to the origin',
      '$ORIGIN rpz.example.\n@ SOA a. b. 1 2 3 4 5\na.example CNAME garden\nb.example MX 5 mail\nc.example CNAME c.example.rpz.example.\n',
      [
        '3 block a.example: answers CNAME garden.rpz.example.',
        '4 block b.example: answers MX 5 mail.rpz.example.',
        '5 block c.example: answers CNAME c.example.rpz.example.',
      ],
    ],
  ];
  for (const [what, text, wanted] of cases) {
    const file = join(t.testdir(), 'zone');
    writeFileSync(file, text);
    const { rules, report } = parse(file);
    t.equal(report.format, 'rpz', what);
    t.same(rules, wanted, what);
    t.equal(report.errors, 0, what);
  }
});

t.test('what a policy zone may not have is counted with its line', async (t) => {
  const file = join(t.testdir(), 'zone');
  writeFileSync(
    file,
    'rpz.example. SOA a. b. 1 2 3 4 5\nother.example. CNAME .\na.example.rpz.example. CNAME (\n  .\n',
  );
  const { rules, report } = parse(file);
  t.same(rules, []);
  t.same(
    report.examples.map(({ line, reason }) => `${line} ${reason}`),
    ['2 a name outside the zone', '4 a parenthesis that is not closed'],
  );
});
