// The one writer of addresses: RFC 5952, and that all who print an address print the same.
import t from 'tap';
import {
  addressToText,
  ipv6ToText,
  octetsToText,
  prefixToText,
  shortPrefixToText,
} from '../../src/addresses/address-text.ts';
import { ClientAddress, toClientAddress } from '../../src/addresses/client-address.ts';
import { toListPrefix } from '../../src/addresses/list-prefix.ts';
import { isMapped } from '../../src/addresses/prefix.ts';
import { readPrefix, toAddress, toNetwork } from '../../src/addresses/prefix-text.ts';
import { readLinuxLinks } from '../../src/links/sysfs.ts';
import { seededRandom } from '../config/random-config.ts';

t.test('IPv6 is written as RFC 5952 has it', async (t) => {
  for (const [groups, text, why] of [
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1', '4.1: no leading zeros'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1', '4.2.1: as short as it can be'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', '4.2.2: no :: for one group'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', '4.2.3: the longest run'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1', '4.2.3: the first of equal runs'],
    ['2001:DB8:0:0:0:0:ABCD:EF', '2001:db8::abcd:ef', '4.3: lower case'],
    ['0:0:0:0:0:0:0:0', '::', 'all zeros'],
    ['0:0:0:0:0:0:0:1', '::1', 'a run at the front'],
    ['2001:db8:0:0:0:0:0:0', '2001:db8::', 'a run at the end'],
    ['0:0:1:0:0:0:0:0', '0:0:1::', 'a short run before the longest'],
    ['0:1:0:1:0:1:0:1', '0:1:0:1:0:1:0:1', 'no run at all'],
    ['10:100:1000:1:10:100:1000:1', '10:100:1000:1:10:100:1000:1', 'zeros inside groups'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'all ones'],
    ['64:ff9b:0:0:0:0:c000:201', '64:ff9b::c000:201', 'IPv4 behind a translator stays IPv6'],
  ] as const) {
    const client = toClientAddress(groups);
    t.equal(ipv6ToText(client?.words ?? []), text, why);
  }
});

t.test('prefixes have their length, which lists leave out for a whole address', async (t) => {
  for (const [prefix, text, short] of [
    ['192.0.2.7', '192.0.2.7/32', '192.0.2.7'],
    ['192.0.2.0/24', '192.0.2.0/24', '192.0.2.0/24'],
    ['2001:db8::/32', '2001:db8::/32', '2001:db8::/32'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1/128', '2001:db8::1'],
    ['::/0', '::/0', '::/0'],
  ] as const) {
    const read = toListPrefix(prefix);
    if (read === undefined) throw new Error(prefix);
    t.equal(prefixToText(read), text);
    t.equal(shortPrefixToText(read), short);
  }
});

t.test('all who read and print an address print the same', async (t) => {
  const random = seededRandom(7);
  // Groups of zero are frequent, so that runs of every length and place come up.
  const group = (): number => (random() < 0.6 ? 0 : Math.floor(random() * 0x1_0000));
  for (let i = 0; i < 2_000; i++) {
    const groups = Array.from({ length: 8 }, group);
    const octets = Uint8Array.from(groups.flatMap((each) => [each >>> 8, each & 0xff]));
    const long = groups.map((each) => each.toString(16).padStart(4, '0')).join(':');
    const client = new ClientAddress();
    client.setIpv6(octets, 0, 0);
    const words = [0, 2, 4, 6].map((at) => groups[at]! * 0x1_0000 + groups[at + 1]!);
    const wanted = isMapped(words)
      ? octetsToText(4, octets.subarray(12))
      : // URL writes IPv6 as RFC 5952 does.
        new URL(`http://[${long}]`).hostname.slice(1, -1);
    const listPrefix = toListPrefix(long);
    const configured = readPrefix(long);
    const said = {
      'a client by its octets': client.text,
      'an address of the configuration': toAddress(long),
      'a prefix of the configuration': 'value' in configured && configured.value.text.replace(/\/.*/, ''),
      'a network': toNetwork(long, isMapped(words) ? 32 : 128)?.text.replace(/\/.*/, ''),
      'a prefix of a list': listPrefix && shortPrefixToText(listPrefix),
    };
    for (const [who, text] of Object.entries(said))
      if (text !== wanted) t.equal(text, wanted, `${who}: ${long}`);
    if (!isMapped(words) && octetsToText(6, octets) !== wanted)
      t.equal(octetsToText(6, octets), wanted, long);
  }
  for (let i = 0; i < 500; i++) {
    const octets = Uint8Array.from({ length: 4 }, () => Math.floor(random() * 256));
    const client = new ClientAddress();
    client.setIpv4(octets, 0);
    const wanted = octets.join('.');
    for (const text of [
      client.text,
      octetsToText(4, octets),
      addressToText(4, client.words),
      toAddress(wanted),
    ])
      if (text !== wanted) t.equal(text, wanted);
  }
  t.pass('2,500 addresses');
});

t.test('the interfaces of Linux are printed as clients are', async (t) => {
  const random = seededRandom(8);
  const lines = Array.from({ length: 200 }, () =>
    Array.from({ length: 8 }, () => (random() < 0.6 ? 0 : Math.floor(random() * 0x1_0000)))
      .map((group) => group.toString(16).padStart(4, '0'))
      .join(''),
  ).filter((digits) => !/^0+$/.test(digits));
  const root = t.testdir({
    net: { eth0: { flags: '0x1003\n', operstate: 'up\n', type: '1\n' } },
    if_inet6: lines.map((digits) => `${digits} 02 40 00 80 eth0\n`).join(''),
  });
  const [link] = await readLinuxLinks(['eth0'], {
    classNet: `${root}/net`,
    ifInet6: `${root}/if_inet6`,
    networkInterfaces: () => ({}),
  });
  const wanted = lines.map((digits) => {
    const words = digits.match(/.{8}/g)?.map((word) => Number.parseInt(word, 16)) ?? [];
    return ipv6ToText(words);
  });
  t.strictSame(
    link?.addresses.map(({ address }) => address),
    wanted,
  );
});
