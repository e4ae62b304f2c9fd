// Files of leases of Kea.
import t from 'tap';
import { readLeaseText, wrongWhenCut } from '../../support/lease-text.ts';

const HEADING =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context';
const AT = Date.UTC(2026, 11, 1) / 1000;

const FOUR = `${HEADING}
192.0.2.90,00:00:5e:00:53:a0,,4294967295,${AT + 4294967295},60,0,0,reserved-tv.home.arpa,0,{ "note": "a\\"b"&#x2c "owner": "parents&#x2c upstairs" }
192.0.2.100,00:00:5e:00:53:10,,3600,${AT + 3600},60,0,0,kids-ipad,0,
192.0.2.105,00:00:5e:00:53:15,,3600,${AT + 3600},60,0,0,comma&#x2cname,0,
192.0.2.127,00:00:5e:00:53:3c,01:00,3600,${AT + 3600},60,0,0,laptop.home.arpa.,0,
192.0.2.128,00:00:5e:00:53:3d,,3600,${AT + 3600},60,0,0,declined,0,
192.0.2.128,,,3600,${AT + 3600},60,0,0,,1,
192.0.2.129,00:00:5e:00:53:3e,,3600,${AT + 3600},60,0,0,released,0,
192.0.2.129,00:00:5e:00:53:3e,,0,${AT},60,0,0,released,0,
192.0.2.131,00:00:5e:00:53:40,,5,${AT + 5},60,0,0,,2,
192.0.2.132,00:00:5e:00:53:41,,60,${AT + 60},60,0,0,registered,4,
192.0.2.100,00:00:5e:00:53:10,,3600,${AT + 5400},60,0,0,kids-ipad,0,
`;

const SIX = `address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source
2001:db8:60::100,00:03:00:01:00:00:5e:00:53:60,3600,${AT + 3600},60,1800,0,100,128,0,0,kids-ipad.,00:00:5e:00:53:60,0,,1,2
2001:db8:60::101,00:03:00:01:00:00:5e:00:53:61,3600,${AT + 3600},60,1800,0,100,128,0,0,,00:00:5e:00:53:61,0,,1,4
2001:db8:f000::,00:03:00:01:00:00:5e:00:53:67,3600,${AT + 3600},60,1800,2,107,56,0,0,router.,00:00:5e:00:53:67,0,,1,2
2001:db8:60::107,00,86400,${AT + 86_400},60,0,0,109,128,0,0,,,1,,,
`;

t.test('the last row of an address holds, by the columns of the heading', (t) => {
  t.strictSame(readLeaseText(FOUR).lines, [
    '192.0.2.90 00:00:5e:00:53:a0 reserved-tv.home.arpa 0 never',
    '192.0.2.105 00:00:5e:00:53:15 comma,name 0 3600',
    '192.0.2.127 00:00:5e:00:53:3c laptop.home.arpa 0 3600',
    '192.0.2.132 00:00:5e:00:53:41 registered 0 60',
    '192.0.2.100 00:00:5e:00:53:10 kids-ipad 1800 5400',
  ]);
  t.strictSame(
    readLeaseText(SIX).lines,
    ['2001:db8:60::100 00:00:5e:00:53:60? kids-ipad 0 3600', '2001:db8:60::101 00:00:5e:00:53:61 - 0 3600'],
    'a MAC out of the DUID is only what the client says; a delegated prefix is no client',
  );
  t.equal(readLeaseText(FOUR).faults, undefined);
  t.end();
});

t.test('rows that do not fit the heading are left out and counted', (t) => {
  const row = `192.0.2.7,00:00:5e:00:53:07,,3600,${AT},1,0,0,a,0`;
  t.match(readLeaseText(`${row},\n`, 'kea').faults, { line: 1, why: /no heading/ });
  t.match(readLeaseText(`${HEADING}\n${row}\n${row},,\n`).faults, {
    count: 2,
    line: 2,
    why: /as many fields/,
  });
  t.match(readLeaseText(`${HEADING}\n${row.replace('3600', 'x')},\n`).faults, { count: 1, line: 2 });
  t.end();
});

t.test('what is appended in this moment changes nothing', (t) => {
  t.strictSame(wrongWhenCut(FOUR, 'kea'), []);
  t.strictSame(wrongWhenCut(SIX, 'kea'), []);
  t.equal(
    readLeaseText(FOUR.slice(0, -9)).end,
    'whole',
    'the rest is not missing, since nothing is rewritten',
  );
  t.end();
});
