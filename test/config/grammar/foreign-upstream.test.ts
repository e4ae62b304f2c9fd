// How others write upstreams and zones: what it is here, with a line that can be written instead.
import t from 'tap';
import { readSubtree, readLookupName } from '../../../src/config/grammar/subtree.ts';
import { readUpstreamServer } from '../../../src/config/grammar/upstream-server.ts';

/** What is written, and the last of the message: what to write instead. */
const SERVERS: readonly (readonly [written: string, cure: string])[] = [
  ['8.8.8.8#53', 'write "8.8.8.8:53"'],
  ['udp://8.8.8.8#5353', 'write "udp://8.8.8.8:5353"'],
  ['2001:db8::1#53', 'write "[2001:db8::1]:53"'],
  ['tls://1.1.1.1#853', 'write "tls://1.1.1.1:853#NAME"'],
  ['10.0.0.1@853#name', 'write "tls://10.0.0.1:853#name"'],
  ['10.0.0.1@853', 'write "tls://10.0.0.1:853#NAME"'],
  ['10.0.0.1@5353', 'write "10.0.0.1:5353"'],
  ['2001:db8::1@853#dns.example', 'write "tls://[2001:db8::1]:853#dns.example"'],
  ['1.1.1.1@em0', 'write "1.1.1.1"'],
  ['1.1.1.1#53@em0', 'write "1.1.1.1"'],
  ['[/lan/]192.168.60.1', 'forward: [{ zones: [lan], upstream: its name }]'],
  [
    '[/lan/*.corp.example/]192.168.60.1:5353',
    'forward: [{ zones: [lan, corp.example], upstream: its name }]',
  ],
  ['/lan/192.168.60.1', 'forward: [{ zones: [lan], upstream: its name }]'],
  ['tls://dns.google', 'tls://8.8.8.8#dns.google'],
  ['tls://dns.quad9.net:853', 'tls://9.9.9.9:853#dns.quad9.net'],
  ['tls://dns.example', 'tls://ADDRESS#dns.example'],
  ['tls://dns.example#other.example', 'tls://ADDRESS#other.example'],
  ['https://dns.google/dns-query', 'write tls://8.8.8.8#dns.google, which most of its servers have as well'],
  ['https://dns.example/dns-query', 'write tls://ADDRESS#NAME or an address'],
  ['tcp-tls:1.1.1.1:853', 'write "tls://1.1.1.1:853#NAME"'],
  ['tcp+udp:1.1.1.1', 'write "1.1.1.1"'],
  ['tcp:1.1.1.1', 'write "tcp://1.1.1.1"'],
  ['dot://1.1.1.1#one.one.one.one', 'write "tls://1.1.1.1#one.one.one.one"'],
  ['dns://1.1.1.1', 'write "1.1.1.1"'],
  ['8.8.8.8 8.8.4.4', 'write each by itself: [8.8.8.8, 8.8.4.4]'],
  ['8.8.8.8, "2001:db8::1"', 'write each by itself: [8.8.8.8, ""2001:db8::1""]'],
  ['8.8.8.8 port 53', 'write 8.8.8.8:53'],
  ['/etc/resolv.conf', 'write system for the servers of /etc/resolv.conf'],
  ['fe80::1', 'write it as "fe80::1%em0"'],
  ['[fe80::1]:5353', 'write it as "[fe80::1%em0]:5353"'],
  ['2001:db8::1%em0', 'write it without "%em0"'],
  ['fe80::1%em0:53', 'write one such as "[fe80::1%em0]:53"'],
  ['fe80::1%', 'write one such as "fe80::1%em0"'],
  ['192.0.2.1%em0', 'write it without "%em0"'],
];

t.test('what others write is told with what to write here', (t) => {
  for (const [written, cure] of SERVERS) {
    const reading = readUpstreamServer(written);
    const fault = 'fault' in reading ? reading.fault : 'it was accepted';
    t.equal(fault.slice(-cure.length), cure, `${written}: ${fault}`);
    const instead = /write "([^"]*)"$/.exec(fault)?.[1];
    if (instead !== undefined && /^(?:[a-z]+:|[0-9[])/.test(instead))
      t.hasProp(readUpstreamServer(instead), 'value', `${instead} can be written`);
  }
  t.end();
});

t.test('a zone is its name with everything below, and what says so otherwise is told', (t) => {
  const table: [written: string, cure: string][] = [
    ['*.corp.local', 'write corp.local'],
    ['.corp.local', 'write corp.local'],
    ['||corp.local^', 'write corp.local'],
    ['/corp.local/', 'write corp.local'],
    ['~corp.local', 'write corp.local'],
    ['*.*.corp.local', 'write corp.local'],
    ['a.*.corp.local', 'everything below: corp.local'],
    ['*', 'everything below: .'],
    ['192.168.40.0/24', 'write its reverse zone, 40.168.192.in-addr.arpa'],
    ['10.0.0.0/8', 'write its reverse zone, 10.in-addr.arpa'],
    ['172.16.0.0/12', 'or 172.in-addr.arpa'],
    ['fd00:40::/64', 'write its reverse zone, 0.0.0.0.0.0.0.0.0.4.0.0.0.0.d.f.ip6.arpa'],
  ];
  for (const [written, cure] of table) {
    const reading = readSubtree(written);
    const fault = 'fault' in reading ? reading.fault : 'it was accepted';
    t.equal(fault.slice(-cure.length), cure, `${written}: ${fault}`);
  }
  for (const good of ['lan', 'corp.local.', '_tcp.example', '40.168.192.in-addr.arpa', '.'])
    t.hasProp(readSubtree(good), 'value', good);
  t.match(readLookupName('*.example.org'), { fault: /write one, such as www\.example\.org$/ });
  t.same(readLookupName('www.example.org'), { value: 'www.example.org' });
  t.end();
});
