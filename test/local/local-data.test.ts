import { join } from 'node:path';
import t from 'tap';
import { nameToText, parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { TYPE } from '../../src/dns/numbers.ts';
import { readHostsFile, toHostsRecords } from '../../src/local/hosts-file.ts';
import { LocalData, reverseName } from '../../src/local/local-data.ts';
import { parseZoneLine } from '../../src/local/zone-line.ts';
import type { LocalRecord } from '../../src/local/record-store.ts';
import { typeNumber } from '../support/dns-numbers.ts';
import { ipv6ToWire, nameToWire } from '../support/message-writer.ts';
import { makeRandom } from '../support/rule-model.ts';

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

function nameHex(name: string): string {
  return hex(nameToWire(name));
}

function viewOf(name: string): NameView {
  const view = new NameView();
  view.setWire(parseName(name));
  return view;
}

function localData(...lines: readonly string[]): LocalData {
  return new LocalData(lines.map(parseZoneLine));
}

/** What a name has: rdata in hex by type; undefined where the name is none of ours. */
function found(data: LocalData, name: string): Record<string, string[]> | undefined {
  const node = data.find(viewOf(name));
  return (
    node &&
    Object.fromEntries([...node].map(([type, set]) => [String(type), set.map(({ rdata }) => hex(rdata))]))
  );
}

t.test('a record is read from a line in zone-file syntax', (t) => {
  const table: [line: string, owner: string, type: string, ttl: number, rdata: string][] = [
    ['NAS.home.arpa. 60 IN A 192.0.2.10', 'nas.home.arpa', 'A', 60, 'c000020a'],
    ['nas.home.arpa IN 60 A 192.0.2.10', 'nas.home.arpa', 'A', 60, 'c000020a'],
    ['nas.home.arpa in a 192.0.2.10', 'nas.home.arpa', 'A', 300, 'c000020a'],
    ['\tnas.home.arpa   0\tA  192.0.2.10 ; the box', 'nas.home.arpa', 'A', 0, 'c000020a'],
    ['nas 1h30m IN A 192.0.2.10', 'nas', 'A', 5400, 'c000020a'],
    ['nas ( 60 A 192.0.2.10 )', 'nas', 'A', 60, 'c000020a'],
    ['nas 2147483647 A 192.0.2.10', 'nas', 'A', 2_147_483_647, 'c000020a'],
    ['nas AAAA 2001:db8::10', 'nas', 'AAAA', 300, '20010db8000000000000000000000010'],
    ['nas AAAA ::ffff:192.0.2.10', 'nas', 'AAAA', 300, '00000000000000000000ffffc000020a'],
    ['*.example.org A 192.0.2.1', '*.example.org', 'A', 300, 'c0000201'],
    ['a CNAME B.example.', 'a', 'CNAME', 300, nameHex('b.example.')],
    ['a CNAME x\\.y.example', 'a', 'CNAME', 300, nameHex('x\\.y.example.')],
    ['a PTR .', 'a', 'PTR', 300, '00'],
    ['a NS bücher.example', 'a', 'NS', 300, nameHex('xn--bcher-kva.example.')],
    ['a MX 10 x\\.y.example', 'a', 'MX', 300, `000a${nameHex('x\\.y.example.')}`],
    ['_sip._udp.a SRV 1 2 65535 b.', '_sip._udp.a', 'SRV', 300, `00010002ffff${nameHex('b.')}`],
    [
      'a TXT hello "big world" ""',
      'a',
      'TXT',
      300,
      `05${hex(Buffer.from('hello'))}09${hex(Buffer.from('big world'))}00`,
    ],
    [
      'a TXT "a;b" "c\\"d\\\\" \\065\\;',
      'a',
      'TXT',
      300,
      '03613b62' + '0463 22 64 5c'.replaceAll(' ', '') + '02413b',
    ],
    ['a TXT "ä" \\255', 'a', 'TXT', 300, '02c3a401ff'],
    ['a CAA 128 issue "ca.example"', 'a', 'CAA', 300, `8005${hex(Buffer.from('issueca.example'))}`],
    ['a TYPE65280 \\# 3 0a 0b0C', 'a', 'TYPE65280', 300, '0a0b0c'],
    ['a TYPE65280 \\# 0', 'a', 'TYPE65280', 300, ''],
    ['a A \\# 4 c0000201', 'a', 'A', 300, 'c0000201'],
    ['a HTTPS \\# 3 000100', 'a', 'HTTPS', 300, '000100'],
  ];
  for (const [line, owner, type, ttl, rdata] of table) {
    const record = parseZoneLine(line);
    t.strictSame(
      [nameToText(record.owner), record.type, record.ttl, hex(record.rdata)],
      [owner, typeNumber(type), ttl, rdata],
      line,
    );
  }
  t.end();
});

t.test('a line that is no record says what is wrong with it', (t) => {
  const table: [line: string, fault: RegExp][] = [
    ['', /not a record/],
    ['; only a comment', /not a record/],
    ['nas', /not a record/],
    ['nas 300', /not a record type/],
    ['nas 300 NOSUCH x', /"NOSUCH" is not a record type/],
    ['nas 1y A 192.0.2.1', /"1y" is not a record type/],
    ['nas CH A 192.0.2.1', /class CH is not answered; write IN, or nothing/],
    ['$TTL 3600', /\$TTL stands in zone files only/],
    ['@ A 192.0.2.1', /"@" is the origin of a zone file.*write the name in full/],
    ['nas TXT ( a', /not as many "\(" as "\)"/],
    ['nas A', /no data/],
    ['nas A ; 192.0.2.1', /no data/],
    ['nas 2147483648 A 192.0.2.1', /too large/],
    ['nas A 192.0.2', /not an IPv4 address/],
    ['nas A 192.0.2.256', /not an IPv4 address/],
    ['nas A 010.0.0.1', /not an IPv4 address/],
    ['nas A 192.0.2.1 192.0.2.2', /write ADDRESS/],
    ['nas A 2001:db8::1', /not an IPv4 address/],
    ['nas AAAA 192.0.2.1', /not an IPv6 address/],
    ['nas AAAA 1:2', /not an IPv6 address/],
    ['nas AAAA :::', /not an IPv6 address/],
    ['nas AAAA 1::2::3', /not an IPv6 address/],
    ['nas AAAA fe80::1%em0', /not an IPv6 address/],
    ['nas CNAME a b', /write NAME/],
    ['nas CNAME a..b', /empty label/],
    ['nas MX 10', /write PREFERENCE NAME/],
    ['nas MX 65536 a', /not a number from 0 to 65535/],
    ['nas MX ten a', /not a number/],
    ['nas MX 10 a b', /write PREFERENCE NAME/],
    ['nas SRV 1 2 a', /write PRIORITY WEIGHT PORT NAME/],
    ['nas CAA 256 issue "a"', /from 0 to 255/],
    ['nas CAA 0 issue', /write FLAGS TAG VALUE/],
    ['nas TXT "hello', /not closed/],
    ['nas TXT \\256', /not an octet/],
    [`nas TXT ${'x'.repeat(256)}`, /more than 255 octets/],
    ['nas TYPE65280 a b', /RFC 3597/],
    ['nas RRSIG a b', /RFC 3597/],
    ['nas TYPE65280 \\# 2 0a', /LENGTH HEX/],
    ['nas TYPE65280 \\# 1 0', /LENGTH HEX/],
    ['nas TYPE65280 \\# x 0a', /LENGTH HEX/],
    ['nas A \\# 3 c00002', /not the data of A/],
    ['nas CNAME \\# 2 0161', /not the data of CNAME/],
    ['a..b A 192.0.2.1', /empty label/],
    ['nas OPT \\# 0', /no record can have the type OPT/],
    ['nas ANY \\# 0', /no record can have the type ANY/],
    ['nas TYPE0 \\# 0', /no record can have the type TYPE0/],
  ];
  for (const [line, fault] of table) t.throws(() => parseZoneLine(line), fault, line);
  t.end();
});

t.test('a hosts file gives addresses, and counts what it cannot read', async (t) => {
  const lines = [
    '# comment',
    '',
    '192.0.2.1 nas NAS.home.arpa. # the box',
    '\t2001:db8::1\tnas',
    '198.51.100.1 printer\r',
    'fe80::1%em0 router',
    '192.0.2.2',
    'nas 192.0.2.1',
    '192.0.2.300 x',
    '192.0.2.4 a..b good',
    '127.0.0.1 localhost loopback',
    '::1 localhost',
  ];
  const wanted = [
    ['nas', 1, 300, 'c0000201'],
    ['nas.home.arpa', 1, 300, 'c0000201'],
    ['nas', 28, 300, hex(ipv6ToWire('2001:db8::1'))],
    ['printer', 1, 300, 'c6336401'],
    ['router', 28, 300, hex(ipv6ToWire('fe80::1'))],
    ['loopback', 1, 300, '7f000001'],
  ];
  const told = ({ owner, type, ttl, rdata }: LocalRecord): unknown[] => [
    nameToText(owner),
    type,
    ttl,
    hex(rdata),
  ];
  t.strictSame(
    lines.flatMap((line) => {
      const records = toHostsRecords(line);
      return typeof records === 'string' ? [] : records.map(told);
    }),
    wanted,
  );
  t.equal(lines.filter((line) => toHostsRecords(line) === 'form').length, 4);
  // Long enough to be read in pieces, which end anywhere.
  for (const [end, times] of [
    ['', 1],
    ['\n', 400],
  ] as const) {
    const file = join(
      t.testdir({ hosts: Array.from({ length: times }, () => lines.join('\n')).join('\n') + end }),
      'hosts',
    );
    const records: LocalRecord[] = [];
    t.equal(await readHostsFile(file, { record: (record) => records.push(record) }), 4 * times);
    t.strictSame(records.map(told), Array.from({ length: times }, () => wanted).flat());
  }
  await t.rejects(readHostsFile('/nowhere/hosts', { record: () => {} }), { code: 'ENOENT' });
});

t.test('records of one owner and type make one set', (t) => {
  const data = localData(
    'nas.example.org. 300 A 192.0.2.1',
    'NAS.example.org. 60 A 192.0.2.2',
    'nas.example.org. 300 A 192.0.2.1',
    'nas.example.org. 300 TXT x',
    'nas.example.org. 10 TXT y',
    'nas.example.org. 300 TXT z',
  );
  const set = data.find(viewOf('nas.example.org'))?.get(TYPE.A);
  t.strictSame(
    set?.map(({ rdata }) => hex(rdata)),
    ['c0000201', 'c0000202'],
    'each record once',
  );
  const ttls = (type: number): number[] | undefined =>
    data
      .find(viewOf('nas.example.org'))
      ?.get(type)
      ?.map(({ ttl }) => ttl);
  t.strictSame(ttls(TYPE.A), [60, 60], 'RFC 2181 section 5.2: one TTL, the lowest');
  t.strictSame(ttls(TYPE.TXT), [10, 10, 10]);
  t.strictSame(Object.keys(found(data, 'nas.example.org') ?? {}), ['1', '16']);
  t.equal(data.find(viewOf('example.org')), undefined);
  t.ok(data.exists(viewOf('example.org')), 'a name above one of ours exists');
  t.ok(data.exists(viewOf('org')));
  t.notOk(data.exists(viewOf('x.nas.example.org')));
  t.notOk(data.exists(viewOf('example.com')));
  t.end();
});

t.test('no records, no answers', (t) => {
  const data = new LocalData([]);
  t.equal(data.recordCount, 0);
  t.equal(data.find(viewOf('a')), undefined);
  t.equal(data.find(viewOf('.')), undefined);
  t.notOk(data.exists(viewOf('a')));
  t.end();
});

t.test('an address leads back to its first name, unless a PTR record says otherwise', (t) => {
  const data = localData(
    'one.example.org. 60 A 192.0.2.1',
    'two.example.org. A 192.0.2.1',
    '*.wild.example.org. A 192.0.2.3',
    'own.example.org. A 192.0.2.2',
    '2.2.0.192.in-addr.arpa PTR other.example.org.',
    'six.example.org. AAAA 2001:db8::a1',
  );
  t.strictSame(found(data, '1.2.0.192.in-addr.arpa'), { 12: [nameHex('one.example.org.')] });
  t.equal(data.find(viewOf('1.2.0.192.in-addr.arpa'))?.get(TYPE.PTR)?.[0]?.ttl, 60);
  t.strictSame(found(data, '2.2.0.192.in-addr.arpa'), { 12: [nameHex('other.example.org.')] });
  t.equal(found(data, '3.2.0.192.in-addr.arpa'), undefined, 'a wildcard is no name');
  const six = `1.a.${'0.'.repeat(22)}8.b.d.0.1.0.0.2.ip6.arpa`;
  t.strictSame(found(data, six), { 12: [nameHex('six.example.org.')] });
  t.equal(nameToText(reverseName(ipv6ToWire('2001:db8::a1'))), six);
  t.equal(data.recordCount, 8);
  t.end();
});

// The zone of RFC 4592 section 2.2.1 and its queries.
t.test('wildcards answer as in the example of RFC 4592', (t) => {
  const data = localData(
    '*.example. TXT "a wildcard"',
    '*.example. MX 10 host1.example.',
    'sub.*.example. TXT "not a wildcard"',
    'host1.example. A 192.0.2.1',
    '_ssh._tcp.host1.example. SRV 0 0 22 host1.example.',
    '_ssh._tcp.host2.example. SRV 0 0 22 host2.example.',
    'subdel.example. NS ns.example.com.',
  );
  const table: [name: string, types: string[] | undefined][] = [
    ['host3.example', ['16', '15']],
    ['foo.bar.example', ['16', '15']],
    ['*.example', ['16', '15']],
    ['host1.example', ['1']],
    ['sub.*.example', ['16']],
    ['_telnet._tcp.host1.example', undefined],
    ['_tcp.host1.example', undefined],
    ['host2.example', undefined],
    ['ghost.*.example', undefined],
    ['host.subdel.example', undefined],
    ['example', undefined],
    ['other', undefined],
  ];
  for (const [name, types] of table) {
    const node = found(data, name);
    t.strictSame(node && Object.keys(node).toSorted(), types?.toSorted(), name);
  }
  t.strictSame(found(data, 'sub.*.example')?.['16'], [hex(Buffer.from('\u000enot a wildcard'))]);
  t.end();
});

t.test('a wildcard below the root takes every name that is not ours', (t) => {
  const data = localData('* A 192.0.2.1', 'nas.example.org A 192.0.2.2');
  t.strictSame(found(data, 'any.where'), { 1: ['c0000201'] });
  t.strictSame(found(data, 'nas.example.org'), { 1: ['c0000202'] });
  t.equal(found(data, 'x.example.org'), undefined, 'example.org exists, so nothing of * is below it');
  t.equal(found(data, '.'), undefined);
  t.end();
});

/** What RFC 4592 section 3.3.1 says, with strings: the closest encloser is the longest name that exists. */
function findPlainly(owners: ReadonlySet<string>, name: string): string | undefined {
  if (owners.has(name)) return name;
  const exists = (candidate: string): boolean =>
    [...owners].some((owner) => owner === candidate || owner.endsWith(`.${candidate}`));
  const labels = name.split('.');
  for (let at = 0; at < labels.length; at++) {
    const candidate = labels.slice(at).join('.');
    if (!exists(candidate)) continue;
    return at > 0 && owners.has(`*.${candidate}`) ? `*.${candidate}` : undefined;
  }
  return undefined;
}

t.test('lookups agree with a plain reading of RFC 4592 on random zones', (t) => {
  const random = makeRandom(6);
  const spell = (): string =>
    Array.from({ length: 1 + random(4) }, () => ['a', 'b', 'c', '*', 'A\\046b'][random(5)])
      .join('.')
      .toLowerCase();
  for (let round = 0; round < 300; round++) {
    const owners = new Set(Array.from({ length: 1 + random(8) }, () => `${spell()}.z`));
    const data = new LocalData(
      [...owners].map((owner) => ({
        owner: parseName(owner),
        type: TYPE.TXT,
        ttl: 1,
        rdata: Buffer.from(`${String.fromCharCode(owner.length)}${owner}`, 'latin1'),
      })),
    );
    for (let i = 0; i < 40; i++) {
      const name = `${spell()}.z`;
      const node = data.find(viewOf(name));
      const rdata = node?.get(TYPE.TXT)?.[0]?.rdata;
      const got = rdata && Buffer.from(rdata.subarray(1)).toString('latin1');
      const wanted = findPlainly(owners, name);
      if (got !== wanted) t.fail(`${name} in ${[...owners].join(' ')}: ${got}, not ${wanted}`);
    }
  }
  t.end();
});

t.test('a name with very many records costs no square of them, and has each once', (t) => {
  const data = new LocalData();
  const owner = parseName('many.example');
  const count = 150_000;
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < count; i++)
      data.add({ owner, type: 1, ttl: 60 + (i % 7), rdata: Uint8Array.of(10, i >> 16, i >> 8, i) });
  t.equal(data.recordCount, count);
  const view = new NameView();
  view.setWire(owner);
  const set = data.find(view)?.get(1) ?? [];
  t.equal(set.length, count);
  t.strictSame([set[0]?.ttl, set.at(-1)?.ttl], [60, 60], 'with the lowest TTL');
  t.end();
});

t.test('hosts files have no wildcards, and an alias has no PTR record beside it', async (t) => {
  const lines = [
    '192.0.2.1 *',
    '192.0.2.1 *.lan',
    '192.0.2.1 ok *.x',
    '192.0.2.1 a.*.b',
    '192.0.2.1 \\042.y',
    '192.0.2.1 fine',
  ];
  const skipped: unknown[] = [];
  const owners: string[] = [];
  const file = join(t.testdir({ hosts: `# first\n${lines.join('\n')}\n` }), 'hosts');
  await readHostsFile(file, {
    record: ({ owner }, line) => owners.push(`${line} ${nameToText(owner)}`),
    skipped: (line, why) => skipped.push(`${line} ${why}`),
  });
  t.strictSame(owners, ['7 fine']);
  t.strictSame(
    skipped,
    [2, 3, 4, 5, 6].map((line) => `${line} wildcard`),
  );
  const reverse = '1.2.0.192.in-addr.arpa';
  const data = localData('nas.lan A 192.0.2.1', `${reverse} CNAME 1.0-25.2.0.192.in-addr.arpa`);
  t.strictSame(Object.keys(found(data, reverse) ?? {}), ['5'], 'RFC 2317');
});
