// Data of every common type: what dnspython 2.9 makes of the same lines, and what is said of lines that are wrong.
import t from 'tap';
import { parseZoneLine } from '../../../src/local/zone-line.ts';

/** Type and data as they are written, and the octets in hexadecimal. */
const READ: readonly (readonly [line: string, rdata: string])[] = [
  ['SVCB 0 foo.example.', '000003666f6f076578616d706c6500'],
  ['SVCB 1 .', '000100'],
  ['SVCB 16 foo.example. port=53', '001003666f6f076578616d706c6500000300020035'],
  ['SVCB 1 foo.example. key667=hello', '000103666f6f076578616d706c6500029b000568656c6c6f'],
  ['SVCB 1 foo.example. key667="hello\\210qoo"', '000103666f6f076578616d706c6500029b000968656c6c6fd2716f6f'],
  [
    'SVCB 1 foo.example. ipv6hint="2001:db8::1,2001:db8::53:1"',
    '000103666f6f076578616d706c65000006002020010db800000000000000000000000120010db8000000000000000000530001',
  ],
  [
    'SVCB 16 foo.example. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
    '001003666f6f076578616d706c65000000000400010004000100090268320568332d313900040004c0000201',
  ],
  [
    'SVCB 16 foo.example. alpn="f\\\\\\\\oo\\\\,bar,h2"',
    '001003666f6f076578616d706c65000001000c08665c6f6f2c626172026832',
  ],
  [
    'SVCB 16 foo.example. alpn=f\\\\\\092oo\\092,bar,h2',
    '001003666f6f076578616d706c65000001000c08665c6f6f2c626172026832',
  ],
  [
    'SVCB 1 . alpn=h2 dohpath=/dns-query{?dns}',
    '00010000010003026832000700102f646e732d71756572797b3f646e737d',
  ],
  [
    'NAPTR 100 10 "S" "SIP+D2U" "!^.*$!sip:info@example.com!" _sip._udp.example.',
    '0064000a0153075349502b4432551b215e2e2a24217369703a696e666f406578616d706c652e636f6d21045f736970045f756470076578616d706c6500',
  ],
  ['NAPTR 100 10 "" "" "" .', '0064000a00000000'],
  [
    'TLSA 3 1 1 0123456789abcdef0123456789abcdef 0123456789abcdef0123456789abcdef',
    '0301010123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  ],
  [
    'SSHFP 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789',
    '0402123456789abcdef67890123456789abcdef67890123456789abcdef123456789',
  ],
  [
    'DS 60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118',
    'ec4505012bb183af5f22588179a53b0a98631fad1a292118',
  ],
  [
    'URI 10 1 "ftp://ftp1.example.com/public"',
    '000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963',
  ],
  ['LOC 42 21 54 N 71 06 18 W -24m 30m', '0033161389172dd070be15f000988d20'],
  ['LOC 52 14 05 N 00 08 50 E 10m', '001216138b3556c88008165000989a68'],
  ['LOC 32 7 19.5 S 116 2 25 E 10', '00121613791b7b3498e6486800989a68'],
  ['LOC 42 21 43.952 N 71 5 6.344 W -24m 1m 200m', '001224138917069070bf2dd800988d20'],
  [
    'SOA ns.example. hostmaster.example. ( 2026120101 3600 600 604800 300 )',
    '026e73076578616d706c65000a686f73746d6173746572076578616d706c650078c423a500000e100000025800093a800000012c',
  ],
  ['HINFO "PC Intel" OpenBSD', '08504320496e74656c074f70656e425344'],
  ['RP admin.example. txt.example.', '0561646d696e076578616d706c650003747874076578616d706c6500'],
  ['AFSDB 1 afs.example.', '000103616673076578616d706c6500'],
  ['KX 10 kx.example.', '000a026b78076578616d706c6500'],
  ['CERT 1 0 0 AQIDBA==', '000100000001020304'],
  ['DNSKEY 256 3 8 AQIDBAUG BwgJCgsM', '010003080102030405060708090a0b0c'],
  ['OPENPGPKEY AQIDBA==', '01020304'],
  ['EUI48 00-00-5e-00-53-2a', '00005e00532a'],
  ['EUI64 00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
  ['CAA 0 issuemail "mail.example"', '000969737375656d61696c6d61696c2e6578616d706c65'],
  ['SPF "v=spf1 -all"', '0b763d73706631202d616c6c'],
  ['TXT "a" "b;c" d', '016103623b630164'],
  [
    'SMIMEA 3 1 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    '0301020123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  ],
  // A configuration list that is none is the client's to refuse.
  ['HTTPS 1 . alpn=h2 no-default-alpn ech="AEX+DQBB"', '0001000001000302683200020000000500060045fe0d0041'],
];

/** Type and data as they are written, and what is said. */
const FAULTS: readonly (readonly [line: string, fault: RegExp])[] = [
  ['SVCB 1', /"1" is not the data of a service; write PRIORITY TARGET \[KEY=VALUE\.\.\.\]/],
  ['SVCB 0 b.example. port=53', /priority 0 makes an alias.*; write priority 1, or take them out/],
  ['HTTPS 1 . alpn', /alpn has no value; write alpn=VALUE/],
  ['HTTPS 1 . alpn=h2,,h3', /a protocol of alpn is empty/],
  ['HTTPS 1 . alpn=h2 alpn=h3', /the parameter alpn stands there twice; write it once/],
  ['HTTPS 1 . no-default-alpn', /no-default-alpn needs alpn beside it/],
  ['HTTPS 1 . alpn=h2 no-default-alpn=1', /no-default-alpn has no value; write it alone/],
  ['HTTPS 1 . mandatory=port alpn=h2', /mandatory names port, which is not there; write it too/],
  ['HTTPS 1 . mandatory=mandatory', /mandatory cannot name itself/],
  ['HTTPS 1 . mandatory=alpn,alpn alpn=h2', /mandatory names a parameter twice/],
  ['HTTPS 1 . port=65536', /"65536" is not a number from 0 to 65535/],
  ['HTTPS 1 . ipv4hint=192.0.2.1,2001:db8::1', /"2001:db8::1" is not an IPv4 address/],
  ['HTTPS 1 . ech=A', /"A" is not base64/],
  [
    'HTTPS 1 . dohpath=/dns-query',
    /dohpath lacks the variable dns; write it such as dohpath=\/dns-query\{\?dns\}/,
  ],
  [
    'HTTPS 1 . colour=red',
    /"colour" is not a parameter; write one of mandatory, alpn, .*or key0 to key65534/,
  ],
  ['HTTPS 1 . key65535=x', /"key65535" is not a parameter/],
  ['HTTPS 1 . key01=x', /"key01" is not a parameter/],
  ['NAPTR 100 10 S SIP+D2U x', /write ORDER PREFERENCE FLAGS SERVICES REGEXP NAME/],
  ['TLSA 3 1 1 0123', /a digest of type 1 has 32 octets, not 2; write 64 hex digits/],
  ['TLSA 3 1 0 012', /"012" is not hexadecimal, with two digits for each octet/],
  ['TLSA 3 1 1', /write USAGE SELECTOR MATCHING HEX/],
  ['SSHFP 4 2 0123', /a digest of type 2 has 32 octets/],
  ['DS 60485 5 1 0123', /a digest of type 1 has 20 octets/],
  ['DS 60485 RSASHA1 1 0123', /"RSASHA1" is not a number from 0 to 255/],
  ['URI 10 1 ""', /the URI is empty; write one such as/],
  ['URI 10 1 https://a.example/ x', /write PRIORITY WEIGHT "URI"/],
  ['LOC 42 21 54 N', /is not the data of LOC; write DEGREES/],
  ['LOC 91 N 0 E 0m', /"91" is not an angle of at most 90 degrees/],
  ['LOC 42 60 N 0 E 0m', /"42 60" is not an angle/],
  ['LOC 42 N 0 E high', /"high" is not a length from -100000 to .* metres/],
  ['SOA a.example. b.example. 1 2 3 4', /write PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM/],
  [
    'SOA a.example. b.example. 1 2 3 4 soon',
    /"soon" is not a number of seconds; write one such as 3600 or 1h/,
  ],
  ['EUI48 00:00:5e:00:53:2a', /is not 6 octets such as 00-00-5e-00-53-01/],
  ['DNSKEY 256 3 8 AQIDB', /"AQIDB" is not base64/],
  ['DNAME b.example.', /write a CNAME record, such as "\*\.old\.example\. CNAME new\.example\."/],
  ['CAA 0 is-sue "ca.example"', /"is-sue" is not a CAA tag; write issue, issuewild, issuemail or iodef/],
  ['MX 10 @', /"@" is the origin of a zone file, which there is none of here; write the name in full/],
];

t.test('the data of each type are read as another program reads them', (t) => {
  for (const [line, rdata] of READ)
    t.equal(Buffer.from(parseZoneLine(`a.example. ${line}`).rdata).toString('hex'), rdata, line);
  t.end();
});

t.test('data that are none say what is wrong, and what to write', (t) => {
  for (const [line, fault] of FAULTS) t.throws(() => parseZoneLine(`a.example. ${line}`), fault, line);
  t.end();
});

t.test('what is read is well-formed: as generic data it is taken, too', (t) => {
  for (const [line, rdata] of READ) {
    const generic = `a.example. ${line.split(' ')[0] ?? ''} \\# ${rdata.length / 2} ${rdata}`;
    t.equal(Buffer.from(parseZoneLine(generic).rdata).toString('hex'), rdata, line);
  }
  t.end();
});
