// Exceptions of VLANs that miss the clients they are meant for.
import t from 'tap';
import { remarksOnFamilies, remarksOnPlaces } from '../../../src/config/sections/clients.ts';
import { readPrefix } from '../../../src/addresses/prefix-text.ts';
import type { Client } from '../../../src/config/config.ts';
import type { Prefix } from '../../../src/addresses/prefix.ts';

function prefixOf(text: string): Prefix {
  const read = readPrefix(text);
  if ('fault' in read) throw new Error(read.fault);
  return read.value;
}

function client(address: string, policy: string, name?: string): Client {
  return { name, prefix: prefixOf(address), policy, at: { line: 1, column: 1 } };
}

const BOTH = ['192.168.40.0/24', 'fd00:40::/64'].map(prefixOf);

t.test('a client that is known by one family of two is told, with what to write', (t) => {
  const table: [what: string, clients: Client[], subnets: Prefix[], remarks: RegExp[]][] = [
    [
      'by IPv4 only',
      [client('192.168.40.23', 'strict', 'laptop')],
      BOTH,
      [
        /^laptop \(192\.168\.40\.23\/32\) is known by IPv4 only, .* fd00:40::\/64 too: over IPv6 policy kids holds for it, not strict; .*address: \[192\.168\.40\.23, "fd00:40::23"\]$/,
      ],
    ],
    [
      'by IPv6 only',
      [client('fd00:40::23', 'strict')],
      BOTH,
      [/by IPv6 only.*address: \["fd00:40::23", 192\.168\.40\.23\]$/],
    ],
    ['by both', [client('192.168.40.23', 'strict'), client('fd00:40::23', 'strict')], BOTH, []],
    ['one family there', [client('192.168.40.23', 'strict')], BOTH.slice(0, 1), []],
    ["the VLAN's own policy", [client('192.168.40.23', 'kids')], BOTH, []],
    [
      'another policy knows the other family',
      [client('192.168.40.23', 'strict'), client('fd00:40::23', 'open')],
      BOTH,
      [/IPv4 only/, /IPv6 only/],
    ],
  ];
  for (const [what, clients, subnets, remarks] of table) {
    const found = remarksOnFamilies({ clients, devices: [], policy: 'kids' }, subnets).map(
      ({ message }) => message,
    );
    t.equal(found.length, remarks.length, what);
    for (const [index, remark] of remarks.entries()) t.match(found[index] ?? '', remark, what);
  }
  t.end();
});

t.test('a client outside of what the interface has now is told', (t) => {
  const vlan = {
    clients: [client('192.168.41.23', 'strict', 'laptop'), client('192.168.40.9', 'strict')],
    policy: 'kids',
  };
  t.match(
    remarksOnPlaces(vlan, BOTH).map(({ message }) => message),
    [
      /^laptop \(192\.168\.41\.23\/32\) lies outside what the interface has now \(192\.168\.40\.0\/24, fd00:40::\/64\)/,
    ],
  );
  t.equal(remarksOnPlaces(vlan, BOTH).length, 1);
  t.strictSame(remarksOnPlaces(vlan, []), [], 'of an interface without addresses nothing is known');
  t.end();
});
