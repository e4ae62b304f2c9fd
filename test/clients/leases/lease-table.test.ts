// The leases of one source while it is read: which of an address holds, and how many there may be.
import t from 'tap';
import { LeaseTable } from '../../../src/clients/leases/lease-table.ts';
import type { Lease } from '../../../src/clients/leases/lease.ts';

function lease(address: string, name?: string): Lease {
  return { address, mac: undefined, isMacSaid: false, name, sinceMs: 0, untilMs: Infinity };
}

const addressOf = (at: number): string => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;

t.test('the last lease of an address holds, in the place where it was written', (t) => {
  const table = new LeaseTable();
  table.lease(lease('192.0.2.1', 'first'));
  table.lease(lease('192.0.2.2', 'x'.repeat(1000)));
  table.lease(lease('192.0.2.1', 'last'));
  table.lease(lease('192.0.2.3'));
  table.gone('192.0.2.3');
  table.gone('192.0.2.4');
  t.strictSame(
    table.leases.map(({ address, name }) => [address, name?.slice(0, 5), name?.length]),
    [
      ['192.0.2.2', 'xxxxx', 255],
      ['192.0.2.1', 'last', 4],
    ],
  );
  t.end();
});

t.test('a table that is full takes no address more, and every change of those that it has', (t) => {
  const table = new LeaseTable();
  const most = 262_144;
  for (let at = 0; at < most + 5; at++) table.lease(lease(addressOf(at)));
  t.equal(table.leases.length, most);
  t.equal(table.tooMany, 5);
  table.lease(lease(addressOf(7), 'renewed'));
  t.equal(table.leases.at(-1)?.name, 'renewed');
  t.equal(table.tooMany, 5, 'what is renewed is not one more');
  t.end();
});

t.test('lines that were not understood are counted, and the first is told', (t) => {
  const table = new LeaseTable();
  t.equal(table.faults, undefined);
  table.skipped(3, 'no address');
  table.skipped(9, 'no MAC');
  t.strictSame(table.faults, { count: 2, line: 3, why: 'no address' });
  t.end();
});
