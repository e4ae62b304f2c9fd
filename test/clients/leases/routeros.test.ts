// Leases of RouterOS, printed and exported.
import t from 'tap';
import { readLeaseText, wrongWhenCut } from '../../support/lease-text.ts';

const PRINTED = `Flags: X - disabled, R - radius, D - dynamic, B - blocked 
 0 D address=192.0.2.120 mac-address=00:00:5E:00:53:20 client-id="1:0:0:5e:0:53:20" address-lists="" server=defconf dhcp-option="" 
     status=bound expires-after=8m55s last-seen=1m5s active-address=192.0.2.120 active-mac-address=00:00:5E:00:53:20 
     active-client-id="1:0:0:5e:0:53:20" active-server=defconf host-name="Galaxy S8" 

 1   ;;; printer in the hall
     address=192.0.2.10 mac-address=00:00:5E:00:53:10 server=defconf status=bound expires-after=1d2h last-seen=never 
     active-address=192.0.2.11 active-mac-address=00:00:5E:00:53:11 active-server=defconf host-name="a \\"b\\"" 

 2   address=192.0.2.12 mac-address=00:00:5E:00:53:12 server=defconf status=waiting last-seen=1w 

 3 X address=192.0.2.13 mac-address=00:00:5E:00:53:13 server=defconf status=bound expires-after=1h 

`;

const EXPORT = `# 2026-12-01 00:00:00 by RouterOS 7.16.1
# software id = 
/ip dhcp-server
add address-pool=pool interface=bridge name=defconf
/ip dhcp-server lease
add address=192.0.2.20 client-id=1:0:0:5e:0:53:20 comment="a long comment that \\
    goes on" mac-address=00:00:5E:00:53:20 server=defconf
add address=192.0.2.21 disabled=yes mac-address=00:00:5E:00:53:21
add mac-address=00:00:5E:00:53:22 server=defconf
/ip dhcp-server network
add address=192.0.2.0/24 gateway=192.0.2.1
`;

t.test('what is printed is read: what is active now, with times from when it was printed', (t) => {
  const { lines, end, faults } = readLeaseText(PRINTED);
  t.strictSame(lines, [
    '192.0.2.120 00:00:5e:00:53:20 Galaxy S8 -65 535',
    '192.0.2.11 00:00:5e:00:53:11 a "b" - 93600',
  ]);
  t.equal(end, 'whole');
  t.equal(faults, undefined);
  t.end();
});

t.test('an export has the static leases, which never end', (t) => {
  const { lines, faults } = readLeaseText(EXPORT);
  t.strictSame(lines, ['192.0.2.20 00:00:5e:00:53:20 - - never']);
  t.match(faults, { count: 1, line: 9, why: /no address/ });
  const oneLine = '/ip dhcp-server lease add address=192.0.2.30 mac-address=00:00:5E:00:53:30\n';
  t.strictSame(readLeaseText(oneLine).lines, ['192.0.2.30 00:00:5e:00:53:30 - - never'], 'in one line');
  t.end();
});

t.test('a file that is cut short says so, and no lease that the whole does not have', (t) => {
  t.strictSame(wrongWhenCut(PRINTED, 'routeros'), []);
  t.strictSame(wrongWhenCut(EXPORT, 'routeros'), []);
  t.equal(readLeaseText(PRINTED.slice(0, 150)).end, 'cut');
  t.equal(readLeaseText(EXPORT.slice(0, 250)).end, 'cut');
  t.end();
});
