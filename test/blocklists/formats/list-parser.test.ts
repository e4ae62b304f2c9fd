import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { shortPrefixToText } from '../../../src/addresses/address-text.ts';
import { effectToText } from '../../../src/policy/lists/list-effect.ts';
import type { RuleEffect } from '../../../src/blocklists/effect.ts';
import { FORMAT_NAMES } from '../../../src/blocklists/formats/format-names.ts';
import type { FormatName } from '../../../src/blocklists/formats/format-names.ts';
import { parseList } from '../../../src/blocklists/formats/list-parser.ts';
import type { ParseReport, RevokedRule } from '../../../src/blocklists/formats/list-parser.ts';
import { kindToText } from '../../../src/blocklists/rule.ts';
import type { RuleKind } from '../../../src/blocklists/rule.ts';
import { toNameText } from '../../../src/blocklists/trie/wire-name.ts';
import { nameToText } from '../../../src/dns/name-text.ts';

const folder = t.testdir();
const ignore = (): void => undefined;
const file = join(folder, 'list.txt');

/** Parses a text and gives its rules as `kind name: effect`, with the line before them where `withLines` says so. */
function parse(
  text: string | Uint8Array,
  format: FormatName | 'auto',
  withLines = false,
): { rules: string[]; report: ParseReport } {
  writeFileSync(file, text);
  const rules: string[] = [];
  const tell = (what: string, kind: RuleKind, line: number, effect?: RuleEffect): void => {
    const says = effect === undefined ? '' : `: ${effectToText(effect)}`;
    rules.push(`${withLines ? `${line} ` : ''}${kindToText(kind)} ${what}${says}`);
  };
  const report = parseList(
    file,
    format,
    (name, kind, line, effect) => tell(nameToText(name.wire), kind, line, effect),
    {
      faultOf: () => undefined,
      root: ({ kind, line, effect }) => tell('.', kind, line, effect),
      revoke: (rule) => tell(revokedText(rule), rule.kind, 0, rule.effect),
      addresses: (prefix, { kind, line, effect }) => tell(shortPrefixToText(prefix), kind, line, effect),
      expression: (expression, { kind, line, effect }) => {
        tell(expression, kind, line, effect);
        return undefined;
      },
    },
  );
  return { rules, report };
}

/** A rule that is taken away, as text. */
function revokedText(rule: RevokedRule): string {
  if ('name' in rule) return `minus ${toNameText(rule.name)}`;
  return `minus ${'expression' in rule ? rule.expression : shortPrefixToText(rule.addresses)}`;
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
    ['b\u00fccher.example/ads', ['error: a character that no name has']],
    ['b\u00fccher.example:80', ['error: a character that no name has']],
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
    ['||a.example^$third-party', ['skipped: a modifier that is not for DNS']],
    ['||a.example^$~third-party', ['skipped: a modifier that is not for DNS']],
    ['||a.example^$badfilter', ['block subtree minus a.example']],
    ['@@||a.example^$important,badfilter', ['allow subtree important minus a.example']],
    ['/ads/$badfilter', ['block minus /ads/']],
    ['||192.0.2.1^$badfilter', ['block minus 192.0.2.1']],
    ['||a.example^$third-party,badfilter', ['skipped: a modifier that is not for DNS']],
    ['||a.example^$~image', ['block subtree a.example']],
    ['@@||a.example^$~script,~media', ['allow subtree a.example']],
    ['||a.example^$image', ['skipped: a modifier that is not for DNS']],
    ['||a.example^$~document', ['skipped: a modifier that is not for DNS']],
    ['||a.example^$important,client=192.0.2.1', ['skipped: a rule for certain clients']],
    ["||a.example^$client='Frank\\'s laptop'", ['skipped: a rule for certain clients']],
    ['||a.example^$ctag=device_pc|device_phone', ['skipped: a rule for certain clients']],
    ['||a.example^$', ['error: a "$" without a modifier']],
    ['$important', ['error: a "$" without a pattern']],
    ['||a.example^$dnstype=AAAA', ['block subtree a.example: only AAAA']],
    ['||a.example^$dnstype=a|https', ['block subtree a.example: only A HTTPS']],
    ['@@||a.example^$dnstype=~A|~CNAME', ['allow subtree a.example: not A CNAME']],
    ['||a.example^$dnstype=~A|AAAA', ['block subtree a.example: only AAAA']],
    ['||a.example^$dnstype=BOGUS', ['error: "BOGUS" is not a record type']],
    ['||a.example^$dnstype', ['error: "" is not a record type']],
    ['|a.example^$dnstype=TYPE65,important', ['block important a.example: only HTTPS']],
    ['||a.example^$denyallow=b.a.example', ['block subtree a.example: not b.a.example and below']],
    [
      '||a.example^$denyallow=bücher.example',
      ['block subtree a.example: not xn--bcher-kva.example and below'],
    ],
    ['||a.example^$denyallow=a..b', ['block subtree a.example']],
    ['||a.example^$denyallow=a..b|c.example', ['block subtree a.example: not c.example and below']],
    ['||a.example^$denyallow=', ['error: $denyallow: "" is not a name']],
    ['||a.example^$denyallow=~c.example', ['error: $denyallow: "~c.example" is not a name']],
    ['*$denyallow=com|net', ['block *: not com net and below']],
    ['@@*$denyallow=Com', ['allow *: not com and below']],
    ['||*^$dnstype=HTTPS', ['block *: only HTTPS']],
    [
      '$dnstype=AAAA,denyallow=example.org,dnsrewrite=NOERROR;;',
      ['block *: only AAAA, not example.org and below, answers nodata'],
    ],
    ['*', ['skipped: a rule about every name']],
    ['@@||*^', ['skipped: a rule about every name']],
    ['||^$important', ['skipped: a rule about every name']],
    ['||a.example^$dnsrewrite=NXDOMAIN', ['block subtree a.example: answers nxdomain']],
    ['||a.example^$dnsrewrite=NXDOMAIN;;', ['block subtree a.example: answers nxdomain']],
    ['||a.example^$dnsrewrite=NOERROR', ['block subtree a.example: answers nodata']],
    ['||a.example^$dnsrewrite=REFUSED;;,important', ['block subtree important a.example: answers refused']],
    ['||a.example^$dnsrewrite=192.0.2.7', ['block subtree a.example: answers A 192.0.2.7']],
    ['||a.example^$dnsrewrite=2001:db8::7', ['block subtree a.example: answers AAAA 2001:db8::7']],
    ['||a.example^$dnsrewrite=b.example', ['block subtree a.example: answers CNAME b.example']],
    ['||a.example^$dnsrewrite=noerror;a;192.0.2.7', ['block subtree a.example: answers A 192.0.2.7']],
    ['||a.example^$dnsrewrite=NXDOMAIN;A;192.0.2.7', ['block subtree a.example: answers nxdomain']],
    ['||a.example^$3p', ['skipped: a modifier that is not for DNS']],
    ['||a.example^$_,1p', ['skipped: a modifier that is not for DNS']],
    ['.a.example', ['block below a.example']],
    ['||a.example^$dnsrewrite=NOERROR;A;192.0.2.7', ['block subtree a.example: answers A 192.0.2.7']],
    ['||a.example^$dnsrewrite=NOERROR;MX;32 m.example', ['block subtree a.example: answers MX 32 m.example']],
    [
      '||a.example^$dnsrewrite=NOERROR;TXT;hello world',
      ['block subtree a.example: answers TXT "hello world"'],
    ],
    ['||a.example^$dnsrewrite=NOERROR;PTR;b.example.', ['block subtree a.example: answers PTR b.example.']],
    ['||a.example^$dnsrewrite=NOERROR;A;not.an.address', ['skipped: an answer that is not given here']],
    [
      '||a.example^$dnsrewrite=NOERROR;HTTPS;1 . alpn=h3',
      ['block subtree a.example: answers HTTPS \\# 10 00010000010003026833'],
    ],
    ['||a.example^$dnsrewrite=SERVFAIL', ['skipped: an answer that is not given here']],
    ['||a.example^$dnsrewrite=SERVFAIL;;', ['skipped: an answer that is not given here']],
    ['||a.example^$dnsrewrite=', ['block subtree a.example: answers nodata']],
    ['||a.example^$dnsrewrite=*.b.example', ['skipped: an answer that is not given here']],
    ['@@||a.example^$dnsrewrite', ['skipped: an exception from rewriting only']],
    ['@@||a.example^$dnsrewrite=192.0.2.7', ['skipped: an exception from rewriting only']],
    ['/ads[0-9]+\\./', ['block /ads[0-9]+\\./']],
    ['@@/ads/$important', ['allow important /ads/']],
    ['/^ads$/$dnstype=A', ['block /^ads$/: only A']],
    ['/^ads$/$client=192.168.0.0/24', ['skipped: a rule for certain clients']],
    ['/^ads$/$third-party', ['skipped: a modifier that is not for DNS']],
    ['/banner/ads/', ['skipped: a URL rule']],
    ['/^https?:\\/\\/ads/', ['skipped: a URL rule']],
    ['//', ['skipped: a URL rule']],
    ['/', ['skipped: a URL rule']],
    ['/banner/ads.js', ['skipped: a URL rule']],
    ['||a.example/ads/', ['skipped: a URL rule']],
    ['|https://a.example^', ['skipped: a URL rule']],
    ['||a.example:8080^', ['skipped: a URL rule']],
    ['a.example##.banner', ['skipped: a cosmetic rule']],
    ['a.example#@#.banner', ['skipped: a cosmetic rule']],
    ['a.example#?#div:has(> a)', ['skipped: a cosmetic rule']],
    ['a.example$$script[data-src="x"]', ['skipped: a cosmetic rule']],
    ['||ad*.example^', ['block /(^|\\.)ad.*\\.example$/']],
    ['||aax-*.Amazon.*^$important', ['block important /(^|\\.)aax-.*\\.amazon\\..*$/']],
    ['||ads.', ['block /(^|\\.)ads\\./']],
    ['||ads', ['block /(^|\\.)ads/']],
    ['|ads.example', ['block /^ads\\.example/']],
    ['-ads-', ['block /-ads-/']],
    ['@@*ads.example^', ['allow /.*ads\\.example$/']],
    ['||a*^', ['skipped: a pattern inside a name']],
    ['||a*b,c.example^', ['skipped: a pattern inside a name']],
    ['||192.0.2.1^', ['block 192.0.2.1']],
    ['@@||2001:db8::1^$important', ['allow important 2001:db8::1']],
    ['||192.0.2.1^$dnstype=A', ['skipped: an address, not a name']],
    ['||192.0.2.0/24^', ['skipped: an address, not a name']],
    ['192.0.2.1', ['block 192.0.2.1']],
    ['2001:db8::1', ['block 2001:db8::1']],
    ['192.0.2.0/24', ['skipped: an address, not a name']],
    ['||irs.gov-', ['block /(^|\\.)irs\\.gov-/']],
    ['.advertica-', ['block /\\.advertica-/']],
    ['-ez-pass.com^', ['block /-ez-pass\\.com$/']],
    ['||a-.example^', ['block subtree a-.example']],
    ['_tcp.', ['block /_tcp\\./']],
    ['://a.example^', ['block a.example']],
    ['@@://a.example^', ['allow a.example']],
    ['://ads.', ['block /^ads\\./']],
    ['@@://d.', ['allow /^d\\./']],
    ['http://a.example^', ['block a.example']],
    ['https://a.example^', ['skipped: a URL rule']],
    ['||a.example^*', ['block subtree a.example']],
    ['||a.example/*', ['block subtree a.example']],
    ['/ads\\/x|banner/', ['block /ads\\/x|banner/']],
    ['/[/.]ads\\./', ['block /[/.]ads\\./']],
    ['/^(https?:\\/\\/)?ads/', ['block /^(https?:\\/\\/)?ads/']],
    ['ads', ['error: a word that is not a rule']],
    ['||^', ['skipped: a rule about every name']],
    ['||', ['skipped: a rule about every name']],
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
    ['address=/a.example/b.example/0.0.0.0 # why', ['block subtree a.example', 'block subtree b.example']],
    ['address=/a.example/192.0.2.1', ['block subtree a.example: answers A 192.0.2.1']],
    ['server=/a.example/', ['block subtree a.example']],
    ['local=/a.example/', ['block subtree a.example']],
    ['local=/zip/', ['block subtree zip']],
    ['server=/a.example/192.0.2.1', ['exception a.example']],
    ['server=/a.example/#', ['exception a.example']],
    ['server=/*.a.example/#', ['exception below a.example']],
    ['server=/*ads.example/#', ['skipped: a pattern inside a name']],
    ['local=/a.example/192.0.2.1', ['exception a.example']],
    ['address = /a.example/', ['block subtree a.example']],
    ['address="/a.example/"', ['block subtree a.example']],
    ['address = "/a.example/192.0.2.7" # why', ['block subtree a.example: answers A 192.0.2.7']],
    ['server= /a.example/#', ['exception a.example']],
    ['address=/a.example/2001:db8::7', ['block subtree a.example: answers AAAA 2001:db8::7']],
    ['address=/a.example/127.0.0.1', ['block subtree a.example']],
    [
      'host-record=a.example,192.0.2.7,2001:db8::7',
      ['block a.example: answers A 192.0.2.7', 'block a.example: answers AAAA 2001:db8::7'],
    ],
    [
      'host-record=a.example,b.example,192.0.2.7,300',
      ['block a.example: answers A 192.0.2.7', 'block b.example: answers A 192.0.2.7'],
    ],
    ['host-record=a.example', ['error: not host-record=NAME,ADDRESS']],
    ['address=/192.0.2.1/', ['skipped: an address, not a name']],
    ['address=/#/0.0.0.0', ['skipped: a rule about every name']],
    ['address=/*.a.example/#', ['block below a.example']],
    ['address=/*ads.example/#', ['block /.*ads\\.example$/']],
    ['address=/*a/#', ['skipped: a pattern inside a name']],
    ['address=/.a.example/#', ['block subtree a.example']],
    ['domain-needed', ['skipped: another setting']],
    ['cache-size=1000', ['skipped: the setting cache-size=']],
    ['cname=a.example,b.example', ['skipped: the setting cname=']],
    ['server=192.0.2.1', ['skipped: the setting server=']],
    ['address=/', ['error: no name between slashes']],
    ['address=//#', ['error: no name']],
    ['address=/a..example/#', ['error: an empty label']],
    ['a.example', ['error: not a dnsmasq setting']],
    ['$0/', ['error: not a dnsmasq setting']],
    ['# address=/a.example/#', []],
  ],
  rpz: [
    ['a.example CNAME .', ['block a.example: answers nxdomain']],
    ['A.Example 300 IN CNAME .', ['block a.example: answers nxdomain']],
    ['a.example IN 5m CNAME *.', ['block a.example: answers nodata']],
    ['*.a.example CNAME . ; why', ['block below a.example: answers nxdomain']],
    ['* CNAME .', ['block below .: answers nxdomain']],
    ['* CNAME rpz-passthru.', ['allow below .']],
    ['a.example CNAME rpz-passthru.', ['allow a.example']],
    ['a.example CNAME rpz-passthru', ['allow a.example']],
    ['a.example CNAME a.example.', ['allow a.example']],
    ['*.a.example CNAME RPZ-DROP.', ['block below a.example: answers nothing at all']],
    ['a.example CNAME rpz-tcp-only.', ['block a.example: answers over TCP only']],
    ['a.example CNAME garden.example.', ['block a.example: answers CNAME garden.example.']],
    ['a.example CNAME garden', ['block a.example: answers CNAME garden.']],
    ['a.example CNAME rpz-future.', ['skipped: an answer that is not given here']],
    ['a.example CNAME *.garden.example.', ['block a.example: answers CNAME *.garden.example.']],
    ['a.example CNAME *.a..b.', ['skipped: an answer that is not given here']],
    ['a.example A 192.0.2.7', ['block a.example: answers A 192.0.2.7']],
    ['a.example IN AAAA 2001:db8::7', ['block a.example: answers AAAA 2001:db8::7']],
    [
      'a.example TXT "blocked; see" "example.org"',
      ['block a.example: answers TXT "blocked; see" "example.org"'],
    ],
    ['a.example MX 10 mail', ['block a.example: answers MX 10 mail.']],
    ['a.example A 192.0.2.300', ['skipped: an answer that is not given here']],
    ['a.example DNAME b.example.', ['block a.example: answers DNAME \\# 11 0162076578616d706c6500']],
    ['a.example HTTPS 1 .', ['block a.example: answers HTTPS \\# 3 000100']],
    [
      'a.example CAA 0 issue "ca.example"',
      ['block a.example: answers CAA \\# 17 0005697373756563612e6578616d706c65'],
    ],
    ['a.example TYPE999 \\# 2 0a0b', ['block a.example: answers TYPE999 \\# 2 0a0b']],
    [
      'a.example LOC 52 22 23 N 4 53 32 E -2m',
      ['block a.example: answers nodata', 'skipped: an answer that is not given here'],
    ],
    ['a.ex\\097mple CNAME .', ['block a.example: answers nxdomain']],
    ['x\\095y.example CNAME .', ['block x_y.example: answers nxdomain']],
    ['a\\.b.example CNAME .', ['error: a character that no name has']],
    ['192.0.2.1 CNAME .', ['skipped: an address, not a name']],
    ['*.192.0.2.1 CNAME .', ['skipped: an address, not a name']],
    ['b\u00fccher.example CNAME .', ['block xn--bcher-kva.example: answers nxdomain']],
    ['32.7.2.0.192.rpz-ip CNAME .', ['block 192.0.2.7: answers nxdomain']],
    ['24.0.2.0.192.rpz-ip CNAME rpz-passthru.', ['allow 192.0.2.0/24']],
    ['32.zz.db8.2001.rpz-ip CNAME *.', ['block 2001:db8::/32: answers nodata']],
    ['128.1.zz.rpz-ip CNAME .', ['block ::1: answers nxdomain']],
    ['128.zz.rpz-ip CNAME .', ['block ::: answers nxdomain']],
    ['48.zz.2.1.db8.2001.rpz-ip A 192.0.2.7', ['block 2001:db8:1::/48: answers A 192.0.2.7']],
    ['24.0.2.0.192.rpz-ip CNAME garden.example.', ['block 192.0.2.0/24: answers CNAME garden.example.']],
    ['33.0.2.0.192.rpz-ip CNAME .', ['error: not an address or a prefix']],
    ['0.0.0.0.0.rpz-ip CNAME .', ['error: a prefix that holds every address']],
    ['x.rpz-ip CNAME .', ['error: not LENGTH.ADDRESS-BACKWARDS.rpz-ip']],
    ['24.0.2.0.192.rpz-client-ip CNAME .', ['skipped: a trigger of the kind rpz-client-ip']],
    ['24.0.2.0.192.rpz-nsip CNAME .', ['skipped: a trigger of the kind rpz-nsip']],
    ['ns.example.rpz-nsdname CNAME .', ['skipped: a trigger of the kind rpz-nsdname']],
    ['a.example CH TXT "x"', ['skipped: a class other than IN']],
    ['@ SOA localhost. root.localhost. 1 43200 3600 259200 300', []],
    ['@ NS localhost.', []],
    ['a.example RRSIG A 8 2 60 x', []],
    ['$TTL 300', []],
    ['; a comment', []],
    ['$INCLUDE other.zone', ['skipped: the directive $INCLUDE']],
    ['$0/', ['error: not a directive of a zone file']],
    ['a.example', ['error: not a record: OWNER [TTL] [IN] TYPE DATA']],
    ['a.example CNAME', ['error: not a record: OWNER [TTL] [IN] TYPE DATA']],
    ['a.example TXT \\# 1 61', ['block a.example: answers TXT \\# 1 61']],
    [`a.example TXT "${'\\ü'.repeat(128)}"`, ['skipped: an answer that is not given here']],
    ['a.example TXT "open', ['error: quotes or parentheses that do not close']],
    ['a.example ) CNAME .', ['error: quotes or parentheses that do not close']],
    ['a..example CNAME .', ['error: an empty label']],
    ['a/b.example CNAME .', ['error: a character that no name has']],
    ['  CNAME .', ['error: a record without an owner']],
  ],
  unbound: [
    ['local-zone: "a.example" always_nxdomain', ['block subtree a.example: answers nxdomain']],
    ['local-zone: "bücher.example" static', ['block subtree xn--bcher-kva.example: answers nxdomain']],
    ["local-zone: 'a.example.' static # why", ['block subtree a.example: answers nxdomain']],
    ['local-zone: A.Example refuse', ['block subtree a.example: answers refused']],
    ['local-zone: "a.example" always_refuse', ['block subtree a.example: answers refused']],
    ['local-zone: "a.example" "always_null"', ['block subtree a.example: answers zero']],
    ['local-zone: "a.example" always_nodata', ['block subtree a.example: answers nodata']],
    ['local-zone: "a.example" deny', ['block subtree a.example: answers nothing at all']],
    ['local-zone: "a.example" inform_deny', ['block subtree a.example: answers nothing at all']],
    ['local-zone: "a.example" redirect', ['block subtree a.example: answers the data at this name']],
    ['local-zone: "." always_refuse', ['block subtree .: answers refused']],
    ['local-zone: "a.example" transparent', ['exception a.example: transparent zone']],
    ['local-zone: "a.example" inform', ['exception a.example: transparent zone']],
    [
      'local-zone: "a.example" block_a',
      ['block subtree a.example: only A, answers nodata', 'exception a.example: block_a zone'],
    ],
    ['local-zone: "192.0.2.1" static', ['skipped: an address, not a name']],
    [
      'local-zone: "a.example" static local-data: "a.example A 192.0.2.7"',
      ['block subtree a.example: answers nxdomain', 'block a.example: answers A 192.0.2.7'],
    ],
    ['local-data: "a.example TXT \'two words\'"', ['block a.example: answers TXT "two words"']],
    [
      'local-data: "a.example HTTPS 1 . alpn=h2"',
      ['block a.example: answers HTTPS \\# 10 00010000010003026832'],
    ],
    ['local-data: "*.a.example A 192.0.2.7"', ['skipped: a pattern inside a name']],
    ['private-domain: a.example', ['skipped: the setting private-domain:']],
    ['local-zone: "a.example" nodefault', ['skipped: a zone that is resolved as ever']],
    ['local-zone: "a.example" bogus', ['error: "bogus" is not a type of local-zone']],
    ['local-zone: "a.example"', ['error: not local-zone: "NAME" TYPE']],
    ['local-data: "a.example A 192.0.2.7"', ['block a.example: answers A 192.0.2.7']],
    ['local-data: \'a.example. 300 IN TXT "see; here"\'', ['block a.example: answers TXT "see; here"']],
    ['local-data: a.example AAAA ::', ['block a.example: answers AAAA ::']],
    [
      'local-data: "a.example SOA a. b. 1 2 3 4 5"',
      ['block a.example: answers nodata', 'skipped: an answer that is not given here'],
    ],
    ['local-data: "a.example"', ['error: not local-data: "NAME [TTL] [IN] TYPE DATA"']],
    ['local-data-ptr: "192.0.2.1 a.example"', ['block 1.2.0.192.in-addr.arpa: answers PTR a.example']],
    ['local-data-ptr: "a.example"', ['error: not local-data-ptr: "ADDRESS [TTL] NAME"']],
    ['server:', ['skipped: another setting']],
    ['a.example', ['error: not an unbound setting']],
    ['# local-zone: "a.example" static', []],
  ],
  ip: [
    ['192.0.2.1', ['block 192.0.2.1']],
    ['192.0.2.77/24', ['block 192.0.2.0/24']],
    ['2001:DB8::1', ['block 2001:db8::1']],
    ['2001:db8::/32 ; SBL000001', ['block 2001:db8::/32']],
    ['::ffff:192.0.2.0/120 # mapped', ['block 192.0.2.0/24']],
    ['::ffff:0:0/64', ['block ::/64']],
    ['192.0.2.0 - 192.0.2.3', ['block 192.0.2.0/30']],
    ['192.0.2.5-192.0.2.8', ['block 192.0.2.5', 'block 192.0.2.6/31', 'block 192.0.2.8']],
    ['192.0.2.9 - 192.0.2.3', ['error: a range whose ends are not IPv4 addresses in order']],
    ['2001:db8::1-2001:db8::2', ['error: a range whose ends are not IPv4 addresses in order']],
    ['0.0.0.0/0', ['error: a prefix that holds every address']],
    ['::/0', ['error: a prefix that holds every address']],
    ['0.0.0.0-255.255.255.255', ['error: a prefix that holds every address']],
    ['192.0.2.0/33', ['error: not an address or a prefix']],
    ['fe80::1%lo0', ['error: not an address or a prefix']],
    ['a.example', ['error: not an address or a prefix']],
    ['192.0.2.1 a.example', ['error: more than one word']],
    ['; a comment', []],
    ['# a comment', []],
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

t.test(
  'lines that are surely of another format are read by it, where nobody has said what the list is',
  async (t) => {
    const cases: [what: string, text: string, rules: string[], errors: number][] = [
      [
        'names with adblock rules',
        'a.example\nb.example\ne.example\n||c.example^\n@@||d.example^',
        [
          'block subtree a.example',
          'block subtree b.example',
          'block subtree e.example',
          'block subtree c.example',
          'allow subtree d.example',
        ],
        0,
      ],
      [
        'hosts lines with dnsmasq',
        '0.0.0.0 a.example\n0.0.0.0 b.example\naddress=/c.example/',
        ['block a.example', 'block b.example', 'block subtree c.example'],
        0,
      ],
      [
        'adblock rules with dnsmasq and unbound',
        '||a.example^\n||b.example^\naddress=/c.example/#\nlocal-zone: "d.example" refuse',
        [
          'block subtree a.example',
          'block subtree b.example',
          'block subtree c.example',
          'block subtree d.example: answers refused',
        ],
        0,
      ],
      [
        'dnsmasq with hosts lines and names',
        'address=/a.example/\naddress=/b.example/\n0.0.0.0 c.example\nd.example',
        ['block subtree a.example', 'block subtree b.example', 'block c.example', 'block subtree d.example'],
        0,
      ],
      [
        'names with hosts lines about no name',
        'a.example\nb.example\n0.0.0.0 com',
        ['block subtree a.example', 'block subtree b.example'],
        1,
      ],
      ['addresses with a name', '192.0.2.1\n192.0.2.2\na.example', ['block 192.0.2.1', 'block 192.0.2.2'], 1],
      [
        'names with a web page',
        'a.example\nb.example\n<html>',
        ['block subtree a.example', 'block subtree b.example'],
        1,
      ],
    ];
    for (const [what, text, rules, errors] of cases) {
      const read = parse(text, 'auto');
      t.same(read.rules, rules, what);
      t.equal(read.report.errors, errors, what);
    }
    t.equal(parse('a.example\n||c.example^', 'domains').report.errors, 1, 'who says the format means it');
  },
);

t.test('what is skipped is kept with its first line, kind by kind', async (t) => {
  const { report } = parse('cname=a.example,b.example\naddress=/a.example/\ncname=c,d\nalias=1,2', 'dnsmasq');
  t.match(report, {
    skippedFor: { 'the setting cname=': 2, 'the setting alias=': 1 },
    skippedExamples: { 'the setting cname=': { line: 1, text: 'cname=a.example,b.example' } },
  });
  const many = Array.from({ length: 100 }, (_, number) => `setting-${number}=1`).join('\n');
  t.ok(
    Object.keys(parse(many, 'dnsmasq').report.skippedFor).length <= 41,
    'a file cannot make any number of kinds',
  );
});

t.test('a published list of nothing but `$0/` has errors only', async (t) => {
  const { report } = parse('$0/\n'.repeat(37_500), 'auto');
  t.match(report, { lines: 37_500, entries: 0, skipped: 0, errors: 37_500 });
});

t.test('a file packed by gzip is read, and one packed otherwise says so', async (t) => {
  const text = Buffer.from('0.0.0.0 a.example\n0.0.0.0 b.example\n');
  const packed = gzipSync(text);
  t.same(parse(packed, 'auto').rules, ['block a.example', 'block b.example']);
  t.throws(() => parse(packed.subarray(0, -9), 'auto'), /cannot be unpacked: unexpected end of file/);
  t.throws(() => parse(Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0), 'auto'), /is packed by zstd; unpack it/);
  t.throws(() => parse(Buffer.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'auto'), /is packed by xz/);
  t.equal(parse(Buffer.of(0x1f), 'auto').report.errors, 1, 'one octet says nothing');
});

t.test('a file that cannot be read throws what the system says', async (t) => {
  mkdirSync(join(folder, 'sub'));
  t.throws(() => parseList(join(folder, 'absent'), 'auto', ignore), { code: 'ENOENT' });
  t.throws(() => parseList(join(folder, 'sub'), 'auto', ignore), /not a regular file/);
});
