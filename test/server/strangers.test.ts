// Who asks without a policy of their own: noted once, and with pauses, so that a flood of addresses is told of as seldom as one.
import t from 'tap';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { Strangers } from '../../src/server/strangers.ts';

/** Strangers with a clock that the test moves, and what they told. */
function open() {
  const clock = { ms: 0 };
  const told: string[] = [];
  const strangers = new Strangers(clock);
  strangers.onNoted = (vlan, address) => told.push(`${vlan} ${address}`);
  const client = new ClientAddress();
  return {
    strangers,
    told,
    ask: (address: string, atMs: number) => {
      clock.ms = atMs;
      client.set(address);
      strangers.note('kids', client);
    },
  };
}

t.test('an address is told of once, until all are forgotten', (t) => {
  const { strangers, told, ask } = open();
  ask('192.0.2.7', 0);
  ask('192.0.2.7', 1000);
  ask('2001:db8::7', 2000);
  ask('2001:db8::7', 3000);
  t.strictSame(told, ['kids 192.0.2.7', 'kids 2001:db8::7']);
  strangers.forget();
  ask('192.0.2.7', 4000);
  t.equal(told.length, 3);
  t.end();
});

t.test('one that asks soon after another is told of when it asks again', (t) => {
  const { told, ask } = open();
  ask('192.0.2.7', 0);
  ask('192.0.2.8', 10);
  t.strictSame(told, ['kids 192.0.2.7']);
  ask('192.0.2.8', 60);
  t.strictSame(told, ['kids 192.0.2.7', 'kids 192.0.2.8']);
  t.end();
});

t.test('a flood of addresses is told of as seldom as time allows', (t) => {
  const { told, ask } = open();
  for (let number = 0; number < 10_000; number++) ask(`198.51.${number >> 8}.${number & 255}`, number / 10);
  t.equal(told.length, 20, 'every 50 ms of a second');
  t.end();
});
