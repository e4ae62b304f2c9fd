// Hardware addresses in the forms that systems write, and those that no device has.
import t from 'tap';
import { isPrivateMac, readMac, toMac } from '../../src/addresses/mac.ts';

t.test('every form of a MAC reads as one', (t) => {
  for (const [text, mac] of [
    ['00:00:5e:00:53:01', '00:00:5e:00:53:01'],
    ['0:0:5E:0:53:1', '00:00:5e:00:53:01'],
    ['00-00-5E-00-53-01', '00:00:5e:00:53:01'],
    ['0000.5e00.5301', '00:00:5e:00:53:01'],
    ['00005E005301', '00:00:5e:00:53:01'],
    ['00:00:5e:00:53', undefined],
    ['00:00:5e:00:53:01:02', undefined],
    ['00:00:5e:00:53:001', undefined],
    ['0-0-5e-0-53-1', undefined],
    ['0.5e00.5301', undefined],
    ['00:00:5e-00:53:01', undefined],
    ['00:00:5e:00:53:0g', undefined],
    [' 00:00:5e:00:53:01', undefined],
    ['', undefined],
    [':::::', undefined],
    ['00:00:00:00:00:00', undefined],
    ['ff:ff:ff:ff:ff:ff', undefined],
    ['01:00:5e:00:00:fb', undefined],
  ] as const) {
    t.equal(toMac(text), mac, text);
    const reading = readMac(text);
    t.equal('value' in reading ? reading.value : undefined, mac, text);
    if ('fault' in reading) t.match(reading.fault, /; write one such as 00:00:5e:00:53:01$/);
  }
  t.end();
});

t.test('a MAC that a device has made up is known by its local bit', (t) => {
  for (const [mac, isPrivate] of [
    ['00:00:5e:00:53:01', false],
    ['02:00:5e:00:53:01', true],
    ['da:00:5e:00:53:01', true],
    ['dc:00:5e:00:53:01', false],
  ] as const)
    t.equal(isPrivateMac(mac), isPrivate, mac);
  t.end();
});
