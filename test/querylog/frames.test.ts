// Frames cut out of a stream, however it comes in pieces, and streams that are none.
import t from 'tap';
import { FrameReader, toAck, toFrame } from '../../src/querylog/frames.ts';
import { FRAME } from '../../src/querylog/messages.ts';

const FRAMES = [toFrame(FRAME.HELLO, { session: 's' }), toAck(FRAME.ACK, 2 ** 40), toFrame(FRAME.STATE, {})];
const STREAM = Buffer.concat(FRAMES);

function read(pieces: readonly Buffer[]): string[] {
  const reader = new FrameReader();
  return pieces.flatMap((piece) =>
    [...reader.take(piece)].map(({ kind, body }) => `${kind} ${body.toString('hex')}`),
  );
}

t.test('frames are the same in whatever pieces they come', (t) => {
  const whole = read([STREAM]);
  t.equal(whole.length, 3);
  for (let cut = 1; cut < STREAM.length; cut++)
    t.strictSame(read([STREAM.subarray(0, cut), STREAM.subarray(cut)]), whole, `cut at ${cut}`);
  t.strictSame(read(Array.from(STREAM, (octet) => Buffer.of(octet))), whole);
  t.end();
});

t.test('an ACK has its number', (t) => {
  const [frame] = new FrameReader().take(toAck(FRAME.ACK, 2 ** 40));
  t.equal(frame?.body.readDoubleLE(0), 2 ** 40);
  t.end();
});

const BAD: [what: string, octets: string, said: RegExp][] = [
  ['another version', '0000000001020000', /version 2 came, and only 1/],
  ['more than a body may have', '0900000001010000', /9 octets came, and at most 8/],
];
for (const [what, octets, said] of BAD)
  t.test(`${what} ends the stream with a reason`, (t) => {
    t.throws(() => [...new FrameReader(8).take(Buffer.from(octets, 'hex'))], said);
    t.end();
  });
