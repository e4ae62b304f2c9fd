// Which IPv4 addresses stand inside IPv6 ones.
import t from 'tap';
import { embeddedIPv4, MAX_EMBEDDED } from '../../src/addresses/embedded-ipv4.ts';
import { ipv4ToText } from '../../src/addresses/address-text.ts';
import { toWords } from '../support/address-words.ts';

function embeddedIn(text: string): string[] {
  const found = new Uint32Array(MAX_EMBEDDED);
  const count = embeddedIPv4(toWords(text).words, found);
  return [...found.subarray(0, count)].map(ipv4ToText);
}

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
