import t from 'tap';
import { ClientAddress, toClientAddress } from '../../src/listeners/client-address.ts';

t.test('it reads addresses as numbers', (t) => {
  const table: [text: string, family: 4 | 6, words: number[], shown?: string][] = [
    ['0.0.0.0', 4, [0, 0, 0, 0]],
    ['192.0.2.1', 4, [0xc0000201, 0, 0, 0]],
    ['255.255.255.255', 4, [0xffffffff, 0, 0, 0]],
    ['::', 6, [0, 0, 0, 0]],
    ['::1', 6, [0, 0, 0, 1]],
    ['2001:db8::', 6, [0x20010db8, 0, 0, 0]],
    ['2001:db8::53', 6, [0x20010db8, 0, 0, 0x53]],
    ['2001:DB8:1:2:3:4:5:6', 6, [0x20010db8, 0x00010002, 0x00030004, 0x00050006]],
    ['2001:db8:1:2:3:4:5::', 6, [0x20010db8, 0x00010002, 0x00030004, 0x00050000]],
    ['2001:db8::192.0.2.1', 6, [0x20010db8, 0, 0, 0xc0000201]],
    ['1:2:3:4:5:6:192.0.2.1', 6, [0x00010002, 0x00030004, 0x00050006, 0xc0000201]],
    ['fe80::1%em0', 6, [0xfe800000, 0, 0, 1]],
    ['fe80::%vlan40', 6, [0xfe800000, 0, 0, 0]],
    ['::ffff:192.0.2.1', 4, [0xc0000201, 0, 0, 0], '192.0.2.1'],
    ['::ffff:c633:6401', 4, [0xc6336401, 0, 0, 0], '198.51.100.1'],
    ['::fffe:192.0.2.1', 6, [0, 0, 0xfffe, 0xc0000201]],
  ];
  const client = new ClientAddress();
  for (const [text, family, words, shown] of table) {
    t.equal(client.set(text), true, text);
    t.equal(client.family, family, `${text}: family`);
    t.strictSame([...client.words], words, `${text}: words`);
    t.equal(client.text, shown ?? text, `${text}: text`);
  }
  t.end();
});

t.test('it takes no text that is not an address, and keeps what it had', (t) => {
  const client = new ClientAddress();
  client.set('192.0.2.7');
  const bad = [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '.1.2.3',
    '1.2.3.4 ',
    '1.2.3.x',
  ];
  bad.push(
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    ':1:2:3:4:5:6:7:8',
  );
  bad.push(
    '12345::',
    'g::',
    '::1%',
    '1:2:3:4:5:6:7:192.0.2.1',
    '::192.0.2.1:5',
    '1:',
    '::192.0.2',
    '1:2:3:4:5:6:7:',
  );
  for (const text of bad) {
    t.equal(client.set(text), false, JSON.stringify(text));
    t.equal(toClientAddress(text), undefined);
    t.equal(client.text, '192.0.2.7');
    t.equal(client.words[0], 0xc0000207);
  }
  t.end();
});

t.test('the text that was set last is known again after other ones', (t) => {
  const client = new ClientAddress();
  const mapped = '::ffff:192.0.2.9';
  for (const text of [mapped, mapped, '192.0.2.8', mapped]) t.ok(client.set(text));
  t.strictSame([client.family, client.words[0], client.text], [4, 0xc0000209, '192.0.2.9']);
  t.end();
});

t.test('a copy does not change with what it was made of', (t) => {
  const client = new ClientAddress();
  client.set('2001:db8::1');
  const copy = client.copy();
  client.set('192.0.2.1');
  t.strictSame([copy.family, copy.text, copy.words[0]], [6, '2001:db8::1', 0x20010db8]);
  t.end();
});
