// Which addresses are special, which IPv4 addresses stand inside IPv6 ones, and what a record carries.
import { isIPv4 } from 'node:net';
import t from 'tap';
import { embeddedIPv4, MAX_EMBEDDED } from '../../src/addresses/embedded-ipv4.ts';
import { isSpecialAddress } from '../../src/addresses/special-addresses.ts';
import { ClientAddress } from '../../src/addresses/client-address.ts';

/** An address as numbers; `::ffff:a.b.c.d` stays what is written. */
function toWords(text: string): { family: 4 | 6; words: Uint32Array } {
  if (isIPv4(text)) return { family: 4, words: Uint32Array.of(...wordsOf(text)) };
  const mapped = /^::ffff:([\d.]+)$/.exec(text)?.[1];
  if (mapped === undefined) return { family: 6, words: Uint32Array.of(...wordsOf(text)) };
  return { family: 6, words: Uint32Array.of(0, 0, 0xffff, ...wordsOf(mapped).slice(0, 1)) };
}

function wordsOf(text: string): number[] {
  const address = new ClientAddress();
  if (!address.set(text)) throw new Error(`${text} is no address`);
  return [...address.words];
}

function embeddedIn(text: string): string[] {
  const found = new Uint32Array(MAX_EMBEDDED);
  const count = embeddedIPv4(toWords(text).words, found);
  return [...found.subarray(0, count)].map((word) =>
    [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.'),
  );
}

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

t.test('an IPv6 address is also the IPv4 addresses that it stands for', (t) => {
  const table: [address: string, embedded: string[]][] = [
    ['::192.0.2.1', ['192.0.2.1']],
    ['::ffff:192.0.2.1', ['192.0.2.1']],
    ['::ffff:0:c000:201', ['192.0.2.1']],
    ['64:ff9b::c000:201', ['192.0.2.1']],
    ['64:ff9b::1:c000:201', []],
    ['64:ff9b:1::c000:201', ['192.0.2.1']],
    ['64:ff9b:1:fffe:1:2:c000:201', ['192.0.2.1']],
    ['64:ff9b:1:c000:2:2100::', ['2.33.0.0', '0.2.33.0', '192.0.2.33']],
    ['64:ff9b:1:33c0:0:221::', ['0.2.33.0', '192.0.2.33']],
    ['64:ff9b:1:1234:c0:2:2100:0', ['192.0.2.33']],
    ['64:ff9b:2::c000:201', []],
    ['2002:c000:201::1', ['192.0.2.1']],
    ['2002:c000:201:1:0:5efe:a00:1', ['192.0.2.1']],
    ['2001:0:c000:201:0:1234:3fff:fdf6', ['192.0.2.1', '192.0.2.9']],
    ['2001:1:c000:201:0:1234:3fff:fdf6', []],
    ['2001:db8::5efe:c0a8:2801', ['192.168.40.1']],
    ['2001:db8::200:5efe:c0a8:2801', ['192.168.40.1']],
    ['2001:db8::100:5efe:c0a8:2801', []],
    ['fe80::5efe:a00:1', ['10.0.0.1']],
    ['2001:db8::c0a8:2801', []],
    ['::1:c000:201', []],
  ];
  for (const [address, embedded] of table) t.strictSame(embeddedIn(address), embedded, address);
  t.end();
});
