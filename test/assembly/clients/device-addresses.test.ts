// Where the devices are that something was changed for: by their MACs, inside their VLAN, and not where somebody else is.
import t from 'tap';
import { deskDevicesKey, withAddresses } from '../../../src/assembly/clients/device-addresses.ts';
import type { DeskAdjustment } from '../../../src/assembly/clients/scoped-adjustment.ts';
import type { KnownClient } from '../../../src/clients/known-client.ts';
import { readAddress } from '../../../src/addresses/whole-address.ts';

const PHONE = '00:00:5e:00:53:07';
const OTHER = '00:00:5e:00:53:08';

function known(address: string, mac: string | undefined, isMacSaid = false): [string, KnownClient] {
  const client = { address, mac, isMacSaid, name: undefined, file: 'leases', isNeighbour: false };
  return [address, { ...client, sinceMs: 0, untilMs: Infinity }];
}

const GRANT: DeskAdjustment = {
  text: 'grant',
  uses: new Map(),
  lists: [],
  blocksAll: false,
  pauses: false,
  untilMs: Infinity,
  scope: { vlan: 'kids', device: { mac: PHONE, had: readAddress('192.0.2.7') } },
};

/** The addresses that a grant for the phone, which had 192.0.2.7, is for. */
function addressesWith(
  kids: readonly [string, KnownClient][],
  others: readonly [string, KnownClient][] = [],
) {
  const clients = new Map([
    ['kids', new Map(kids)],
    ['servers', new Map(others)],
  ]);
  return withAddresses([GRANT], clients).map(({ scope }) => {
    if ('policy' in scope || scope.client === undefined) return 'everybody';
    return `${scope.vlan} ${scope.client.prefix.words[0] & 255}`;
  });
}

t.test('what was changed for a device goes with it', (t) => {
  for (const [what, kids, wanted] of [
    ['nobody is known', [], ['kids 7']],
    ['it is where it was', [known('192.0.2.7', PHONE)], ['kids 7']],
    ['it has another address', [known('192.0.2.9', PHONE)], ['kids 7', 'kids 9']],
    [
      'it has another, and somebody else has the one that it had',
      [known('192.0.2.9', PHONE), known('192.0.2.7', OTHER)],
      ['kids 9'],
    ],
    ['it has several', [known('192.0.2.7', PHONE), known('192.0.2.9', PHONE)], ['kids 7', 'kids 9']],
    ['somebody else has its address', [known('192.0.2.7', OTHER)], []],
    ['another only says that it is the phone', [known('192.0.2.9', PHONE, true)], ['kids 7']],
    ['another only says that it is somebody else', [known('192.0.2.7', OTHER, true)], ['kids 7']],
    ['its MAC is not known there', [known('192.0.2.7', undefined)], ['kids 7']],
  ] as const)
    t.strictSame(addressesWith(kids), wanted, what);
  t.strictSame(addressesWith([], [known('192.0.2.9', PHONE)]), ['kids 7'], 'it is in another VLAN');
  t.end();
});

t.test('what is for all, or for an address, stays as it is', (t) => {
  const { scope: _, ...rest } = GRANT;
  const plain: DeskAdjustment[] = [
    { ...rest, scope: { policy: 'kids' } },
    { ...rest, scope: { vlan: 'kids' } },
  ];
  t.strictSame(withAddresses(plain, new Map()), plain);
  t.equal(deskDevicesKey(plain, new Map()), '');
  t.end();
});

t.test('the key of devices changes with their addresses only', (t) => {
  const keyWith = (...kids: [string, KnownClient][]) =>
    deskDevicesKey([GRANT], new Map([['kids', new Map(kids)]]));
  const before = keyWith(known('192.0.2.7', PHONE), known('192.0.2.8', OTHER));
  t.equal(keyWith(known('192.0.2.8', OTHER), known('192.0.2.7', PHONE)), before);
  t.equal(keyWith(known('192.0.2.7', PHONE)), before, 'others come and go');
  t.not(keyWith(known('192.0.2.9', PHONE)), before);
  t.end();
});
