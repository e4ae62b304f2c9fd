import t from 'tap';
import {
  CONTROL,
  controlFrame,
  DNSTAP_CONTENT,
  readControl,
} from '../../../src/recorder/dnstap/frame-streams.ts';

/** The READY frame that fstrm_capture 0.6.1 was sent by unbound 1.17.1. */
const READY =
  '00000000 00000022 00000004 00000001 00000016 70726f746f6275663a646e737461702e446e73746170'.replaceAll(
    ' ',
    '',
  );

t.test('READY is the octets that others send', (t) => {
  t.equal(controlFrame(CONTROL.READY, DNSTAP_CONTENT).toString('hex'), READY);
  t.end();
});

t.test('STOP has no field', (t) => {
  t.equal(controlFrame(CONTROL.STOP).toString('hex'), '000000000000000400000003');
  t.end();
});

t.test('what is written is read', (t) => {
  const frame = Buffer.concat([controlFrame(CONTROL.ACCEPT, DNSTAP_CONTENT), Buffer.from([9, 9])]);
  t.strictSame(readControl(frame), { kind: CONTROL.ACCEPT, contents: [DNSTAP_CONTENT], octets: 42 });
  t.end();
});

t.test('a frame that is not all there is waited for, at every octet', (t) => {
  const frame = controlFrame(CONTROL.ACCEPT, DNSTAP_CONTENT);
  for (let length = 0; length < frame.length; length++)
    t.equal(readControl(frame.subarray(0, length)), 'more', `${length} octets`);
  t.end();
});

for (const [what, hex] of [
  ['a data frame', '0000000400000004'],
  ['a control frame without a kind', '00000000000000020001'],
  ['one of more than 512 octets', '0000000000000201'],
  ['a field longer than its frame', '000000000000000c000000010000000100000005'],
  ['half a field', '000000000000000800000001 00000001'.replace(' ', '')],
  ['the beginning of HTTP', Buffer.from('HTTP/1.1 400 Bad').toString('hex')],
] as const)
  t.test(`${what} is not one`, (t) => {
    t.equal(readControl(Buffer.from(hex, 'hex')), 'not one');
    t.end();
  });
