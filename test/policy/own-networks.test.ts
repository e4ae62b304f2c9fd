// The networks of the house are those that one house can have.
import t from 'tap';
import { OwnNetworks } from '../../src/policy/own-networks.ts';
import { toAddress } from '../support/in-process.ts';
import { parsePrefix } from '../support/serving.ts';

t.test('addresses of the VLANs are our own, whatever they are; everybody is no network', (t) => {
  const own = new OwnNetworks(
    ['192.0.2.0/24', '2001:db8:40::/64', '0.0.0.0/0', '128.0.0.0/7', '::/0', '2000::/3'].map(parsePrefix),
  );
  const table: [address: string, isOwn: boolean][] = [
    ['192.0.2.9', true],
    ['192.0.3.9', false],
    ['128.0.2.1', false],
    ['2001:db8:40::9', true],
    ['2001:db8:41::9', false],
  ];
  for (const [address, isOwn] of table) t.equal(own.holds(toAddress(address)), isOwn, address);
  t.equal(own.isEmpty, false);
  t.equal(new OwnNetworks([parsePrefix('0.0.0.0/0'), parsePrefix('::/0')]).isEmpty, true);
  t.end();
});
