// Which addresses are special.
import t from 'tap';
import { isSpecialAddress } from '../../src/addresses/special-addresses.ts';
import { toWords } from '../support/address-words.ts';

t.test('addresses are special by the registries, from the first to the last of each block', (t) => {
  const special = `
    0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1
    127.255.255.255 169.254.0.0 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0
    192.0.0.8 192.0.0.11 192.0.0.255 192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255
    224.0.0.1 239.255.255.255 240.0.0.0 255.255.255.255 :: ::1 100::
    100::ffff:ffff:ffff:ffff 100:0:0:1::1 2001:1:: 2001:1::4 2001:2::1 2001:10::1
    2001:1ff:ffff::1 5f00::1 fc00:: fdff:ffff::1 fe80::1 febf::1 fec0::1 feff::1 ff00::
    ff02::1 ffff::1 2001:4::1
  `;
  const open = `
    1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
    169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.0.9
    192.0.0.10 192.0.1.0 192.31.196.1 192.52.193.1 192.88.99.1 192.167.255.255 192.169.0.0
    192.175.48.1 198.17.255.255 198.20.0.0 223.255.255.255 192.0.2.1 198.51.100.1
    203.0.113.1 2001:db8::1 3fff::1 2000::1 2001:1::1 2001:1::2 2001:1::3 2001:3::1
    2001:4:112::1 2001:20::1 2001:3f:ffff::1 2001:200::1 2003::1 2620:4f:8000::1
    100:0:0:2::1 fbff::1 5eff::1 5f01::1 fe7f::1
  `;
  for (const [addresses, is] of [[special, true] as const, [open, false] as const]) {
    for (const text of addresses.trim().split(/\s+/)) {
      const { family, words } = toWords(text);
      t.equal(isSpecialAddress(family, words), is, text);
    }
  }
  t.end();
});
