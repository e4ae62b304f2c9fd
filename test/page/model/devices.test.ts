import t from 'tap';
import type { ToldClient } from '../../../src/explain/told/clients.ts';
import { devicesOf } from '../../../src/page/model/devices.ts';

const CLIENT: ToldClient = {
  vlan: 'kids',
  address: undefined,
  mac: undefined,
  private: false,
  macSaid: false,
  name: undefined,
  says: undefined,
  localName: undefined,
  policy: 'kids',
  lease: undefined,
  neighbour: false,
  until: undefined,
};

t.test('a device is there once, whatever addresses it has, and IPv4 is the one that is meant', (t) => {
  const mac = '00:00:5e:00:53:01';
  const [device, ...others] = devicesOf('kids', [
    { ...CLIENT, mac, address: '2001:db8::1:2:3' },
    { ...CLIENT, mac, address: '192.0.2.7', says: 'phone' },
  ]);
  t.equal(others.length, 0);
  t.strictSame(device?.addresses, ['192.0.2.7', '2001:db8::1:2:3']);
  t.strictSame([device?.label, device?.says, device?.who], ['phone', undefined, '192.0.2.7']);
  t.end();
});

t.test('a name of the configuration comes before one that a device gives itself', (t) => {
  const [device] = devicesOf('kids', [{ ...CLIENT, address: '192.0.2.1', name: 'laptop', says: 'evil' }]);
  t.strictSame([device?.label, device?.says, device?.who], ['laptop', 'evil', 'client:laptop']);
  t.end();
});

t.test(
  'devices with names come first, then those that call themselves something, addresses, and those not seen',
  (t) => {
    const clients = [
      { ...CLIENT, address: '192.0.2.10' },
      { ...CLIENT, address: '192.0.2.9' },
      { ...CLIENT, name: 'tablet', mac: '00:00:5e:00:53:07' },
      { ...CLIENT, address: '192.0.2.11', says: 'b-phone' },
      { ...CLIENT, address: '192.0.2.12', says: 'A-phone' },
      { ...CLIENT, address: '192.0.2.13', name: 'laptop' },
      { ...CLIENT, address: '192.0.2.14', vlan: 'guests' },
    ];
    t.strictSame(
      devicesOf('kids', clients).map(({ label }) => label),
      ['laptop', 'A-phone', 'b-phone', '192.0.2.9', '192.0.2.10', 'tablet'],
    );
    t.end();
  },
);

t.test('who is neither named nor seen cannot be meant, and a private address is said', (t) => {
  const [device] = devicesOf('kids', [{ ...CLIENT, mac: '02:00:5e:00:53:01', private: true }]);
  t.strictSame([device?.label, device?.who, device?.isPrivate], ['02:00:5e:00:53:01', undefined, true]);
  t.end();
});
