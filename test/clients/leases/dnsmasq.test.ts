// Files of leases of dnsmasq.
import t from 'tap';
import { readLeaseText, wrongWhenCut } from '../../support/lease-text.ts';

const LEASES = `1796083200 00:00:5e:00:53:10 192.0.2.107 kids-ipad *
0 00:00:5E:00:53:20 192.0.2.50 * ff:00:00:00:01:00:01:00:01:12:34:56:78:00:00:5e:00:53:3a
3600 01-00:00:5e:00:53:21 192.0.2.51 tv *
1796083200 20-00:00:00:00:fe:80 192.0.2.52 infiniband *
duid 00:01:00:01:32:a0:92:e4:00:00:5e:00:53:01
1796083200 110 2001:db8:60::1ec tablet 00:01:00:01:2a:2b:2c:2d:00:00:5e:00:53:6a
1796083200 T106 2001:db8:60::162 * 00:03:00:01:00:00:5e:00:53:66
1796083200 107 2001:DB8:60::0163 * 00:04:00:01:02
`;

t.test('leases of both families are read', (t) => {
  const { lines, end, faults } = readLeaseText(LEASES);
  t.strictSame(
    lines,
    [
      '192.0.2.107 00:00:5e:00:53:10 kids-ipad - 0',
      '192.0.2.50 00:00:5e:00:53:20 - - never',
      '192.0.2.51 00:00:5e:00:53:21 tv - 3600',
      '192.0.2.52 - infiniband - 0',
      '2001:db8:60::1ec 00:00:5e:00:53:6a? tablet - 0',
      '2001:db8:60::162 00:00:5e:00:53:66? - - 0',
      '2001:db8:60::163 - - - 0',
    ].map((line) => line.replace(/ 0$/, ` ${1796083200 - Date.UTC(2026, 11, 1) / 1000}`)),
  );
  t.equal(end, 'whole');
  t.equal(faults, undefined);
  t.end();
});

t.test('what is none is left out and counted, with the first such line', (t) => {
  const { lines, faults } = readLeaseText(
    `1796083200 00:00:5e:00:53:10 192.0.2.107 a b c\n\nx 00:00:5e:00:53:11 192.0.2.108 a *\n1 00:00:5e:00:53:11 192.0.2 a *\n${LEASES}`,
    'dnsmasq',
  );
  t.equal(lines.length, 7);
  t.match(faults, { count: 3, line: 1, why: /EXPIRES MAC ADDRESS NAME CLIENT-ID/ });
  t.end();
});

t.test('a file that is cut short says so, and no lease that the whole does not have', (t) => {
  t.strictSame(wrongWhenCut(LEASES, 'dnsmasq'), []);
  t.equal(readLeaseText(LEASES.slice(0, 40)).end, 'whole', 'of no format as yet');
  t.equal(readLeaseText(LEASES.slice(0, 40), 'dnsmasq').end, 'cut');
  t.equal(
    readLeaseText('0 00:00:5e:00:53:20 192.0.2.50 * *').end,
    'whole',
    'a last line with all its fields',
  );
  t.end();
});
