// From where the page can be reached: the VLANs whose policies block something.
import t from 'tap';
import { readPrefix } from '../../../../src/addresses/prefix-text.ts';
import { webReach } from '../../../../src/config/sections/web/web-reach.ts';
import { configOf } from '../../reading.ts';

const HASH = `$scrypt$ln=14,r=8,p=5$${'A'.repeat(22)}$${'B'.repeat(43)}`;

/** A house with a VLAN of each kind. */
const house = (
  listen: string,
  policies = 'open: {}, kids: { block: { rules: [casino.example] } }',
): string => `vlans:
  kids: { listen: [192.0.2.1], subnets: [192.0.2.0/25], policy: kids }
  guests: { interface: em1, policy: open, clients: [{ address: 198.51.100.77, policy: kids }] }
  admin: { listen: [192.0.2.129], subnets: [192.0.2.128/25], policy: open }
policies: { ${policies} }
web: { listen: [${listen}], insecure: true, users: [{ name: anna, password: "${HASH}", role: admin }] }
`;

/** What the interface of VLAN guests has now. */
const GUESTS = readPrefix('198.51.100.0/24');

t.test('a listener in a filtered VLAN is told, with another place for it', (t) => {
  const CURE = 'listen on an address of VLAN admin, or block TCP port 8053 there with pf';
  const table: readonly (readonly [when: string, listen: string, messages: readonly string[]])[] = [
    ['loopback', '"127.0.0.1:8053"', []],
    ['a VLAN that is not filtered', '"192.0.2.129:8053"', []],
    [
      'the address that the VLAN listens on',
      '"192.0.2.1:8053"',
      [`the filtered VLAN kids can reach the page on 192.0.2.1:8053; ${CURE}`],
    ],
    [
      'an address of its subnets',
      '"192.0.2.9:8053"',
      [`the filtered VLAN kids can reach the page on 192.0.2.9:8053; ${CURE}`],
    ],
    [
      'the subnet of an interface, with a filtered client',
      '"198.51.100.1:8053"',
      [`the filtered VLAN guests can reach the page on 198.51.100.1:8053; ${CURE}`],
    ],
    [
      'every address',
      '"0.0.0.0:8053"',
      [`the filtered VLANs kids, guests can reach the page on 0.0.0.0:8053; ${CURE}`],
    ],
    [
      'every address of IPv6',
      '"[::]:8053"',
      [`the filtered VLANs kids, guests can reach the page on [::]:8053; ${CURE}`],
    ],
  ];
  for (const [when, listen, messages] of table) {
    const found = webReach(configOf(t.testdir(), house(listen)), subnetsOf);
    t.strictSame(
      found.map(({ message }) => message),
      messages,
      when,
    );
  }
  t.end();
});

t.test('this machine’s own address is reached by nobody else, whatever is served there', (t) => {
  const text = house('"127.0.0.1:8053"').replace(
    '[192.0.2.1], subnets: [192.0.2.0/25]',
    '[127.0.0.1], subnets: [127.0.0.0/8]',
  );
  t.strictSame(webReach(configOf(t.testdir(), text), subnetsOf), []);
  t.end();
});

t.test('each way to block makes a VLAN a filtered one', (t) => {
  for (const policy of [
    'only: true',
    'bypass: block',
    'block: { rules: [casino.example] }',
    'safe_search: true',
  ]) {
    const config = configOf(t.testdir(), house('"192.0.2.1:8053"', `open: {}, kids: { ${policy} }`));
    t.equal(webReach(config, subnetsOf).length, 1, policy);
  }
  const open = configOf(t.testdir(), house('"0.0.0.0:8053"', 'open: {}, kids: {}'));
  t.strictSame(webReach(open, subnetsOf), []);
  t.end();
});

t.test('where all VLANs are filtered, loopback is left', (t) => {
  const config = configOf(
    t.testdir(),
    house('"192.0.2.129:8053"', 'open: { block: { rules: [a.example] } }, kids: {}'),
  );
  t.match(webReach(config, subnetsOf), [
    { at: { line: 6 }, message: /VLAN admin can reach .* listen on an address of VLAN kids/ },
  ]);
  const all = configOf(
    t.testdir(),
    house('"0.0.0.0:8053"', 'open: { block: { rules: [a.example] } }, kids: { only: true }'),
  );
  t.match(webReach(all, subnetsOf), [{ message: /listen on 127\.0\.0\.1:8053/ }]);
  t.end();
});

function subnetsOf({ subnets }: ReturnType<typeof configOf>['vlans'][number]) {
  if (subnets !== 'interface') return subnets;
  return 'value' in GUESTS ? [GUESTS.value] : [];
}
