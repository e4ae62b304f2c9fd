import t from 'tap';
import { OctetReader, OctetWriter } from '../../../../src/recorder/store/packed/octets.ts';

t.test('numbers of every size come back as they were written', (t) => {
  const numbers = [
    0,
    1,
    127,
    128,
    16_383,
    16_384,
    0x0fffffff,
    0x10000000,
    2 ** 32,
    2 ** 43,
    Number.MAX_SAFE_INTEGER,
  ];
  const writer = new OctetWriter();
  for (const number of numbers) writer.number(number);
  for (const number of numbers.slice(0, -1)) writer.signed(-number);
  writer.rising([3, 3, 9, 70_000]);
  writer.text('Grüße');
  writer.block(Uint8Array.of(1, 2));
  const reader = new OctetReader(writer.take());
  t.strictSame(
    numbers.map(() => reader.number()),
    numbers,
  );
  t.strictSame(
    numbers.slice(0, -1).map(() => reader.signed()),
    numbers.slice(0, -1).map((number) => 0 - number),
  );
  t.strictSame([...reader.rising()], [3, 3, 9, 70_000]);
  t.equal(reader.text(), 'Grüße');
  t.strictSame([...reader.block()], [1, 2]);
  t.ok(reader.isAtEnd);
  t.end();
});

t.test('a small number is one octet', (t) => {
  const writer = new OctetWriter();
  writer.number(127);
  writer.signed(-64);
  t.equal(writer.take().length, 2);
  t.end();
});

for (const [what, octets, read] of [
  ['a number', [0x80, 0x80], (reader: OctetReader) => reader.number()],
  ['numbers that rise', [9, 1], (reader: OctetReader) => reader.rising()],
  ['a block', [9, 1], (reader: OctetReader) => reader.block()],
] as const) {
  t.test(`${what} that ends too soon is said to be damaged`, (t) => {
    t.throws(() => read(new OctetReader(Uint8Array.from(octets))), /malformed/);
    t.end();
  });
}
