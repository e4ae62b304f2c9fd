// Frames by hand, from RFC 8878: the decoder that would make them is in no version of Node that we have to run on.
import t from 'tap';
import { ZstdEnd } from '../../../src/lists/fetch/zstd-end.ts';

const MAGIC = '28b52ffd';

const cases: [what: string, hex: string][] = [
  ['a raw block, its size in one octet', `${MAGIC} 20 03 190000 616473`],
  ['a raw block and a checksum', `${MAGIC} 24 03 190000 616473 01020304`],
  ['a repeated octet behind a window descriptor', `${MAGIC} 00 58 230000 61`],
  ['two blocks', `${MAGIC} 00 58 180000 616473 190000 2e6578`],
  ['a dictionary of four octets and a size of eight', `${MAGIC} e3 01020304 0300000000000000 190000 616473`],
  ['an empty block', `${MAGIC} 20 00 010000`],
  ['a skippable frame', '5f2a4d18 03000000 aabbcc'],
  ['frames one behind the other', `${MAGIC} 20 03 190000 616473 502a4d18 00000000 ${MAGIC} 20 00 010000`],
];

for (const [what, hex] of cases)
  t.test(`${what}: whole at its end, however it comes`, (t) => {
    const octets = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const ends = what.startsWith('frames') ? [0, 12, 20, octets.length] : [0, octets.length];
    const slowly = new ZstdEnd();
    for (let length = 0; length <= octets.length; length++) {
      const end = new ZstdEnd();
      end.take(octets.subarray(0, length));
      t.equal(end.isWhole, ends.includes(length), `${length} octets`);
      t.equal(slowly.isWhole, ends.includes(length), `${length} octets, one at a time`);
      slowly.take(octets.subarray(length, length + 1));
    }
    t.end();
  });

t.test('what is no zstd is never whole', (t) => {
  const end = new ZstdEnd();
  end.take(Buffer.from('0.0.0.0 ads.example\n'));
  t.equal(end.isWhole, false);
  t.end();
});
