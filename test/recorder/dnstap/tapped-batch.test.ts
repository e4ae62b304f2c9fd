import t from 'tap';
import { parseName } from '../../../src/dns/name-text.ts';
import { FLAG } from '../../../src/querylog/record-layout.ts';
import { KnownClients, Meaning } from '../../../src/recorder/meaning.ts';
import { toTapped } from '../../../src/recorder/dnstap/tapped-batch.ts';
import { makeBatch, STATE } from '../../support/record-batch.ts';

t.test('a blocked query', (t) => {
  const batch = makeBatch([
    { name: 'x.ads.example', flags: FLAG.BLOCKED, rcode: 3, step: 8, depth: 2, reason: 1 },
  ]);
  const [query] = toTapped(batch);
  t.match(query, {
    unixMs: 1_800_000_000_000,
    protocol: 'udp',
    client: { address: Buffer.from([192, 0, 2, 1]), port: 5353 },
    qtype: 1,
    rcode: 3,
    isBlocked: true,
    isInspected: false,
    reason: { text: 'list ads' },
    depth: 2,
    server: undefined,
  });
  t.strictSame(Buffer.from(query!.name), Buffer.from(parseName('x.ads.example')));
  t.end();
});

t.test('servers have address, port and protocol; what is none has none', (t) => {
  const names: [name: string, server: string | undefined][] = [
    ['udp://192.0.2.53:53', 'c0000235 53 udp'],
    ['tls://[2001:db8::53]:853#dns.example', '20010db8000000000000000000000053 853 tls'],
    ['tcp://[fe80::1%em0]:5353', 'fe800000000000000000000000000001 5353 tcp'],
    ['system', undefined],
  ];
  const meaning = new Meaning({ ...STATE, servers: names.map(([name]) => name) }, new KnownClients());
  const batch = makeBatch(
    names.map((_, server) => ({ server })),
    { meaning },
  );
  for (const [i, { server }] of toTapped(batch).entries())
    t.equal(
      server && `${Buffer.from(server.address).toString('hex')} ${server.port} ${server.protocol}`,
      names[i]![1],
      names[i]![0],
    );
  t.end();
});

t.test('a client that is not told has no address, and a query without a name is left out', (t) => {
  const batch = makeBatch([
    { client: [], flags: FLAG.IPV6 | FLAG.STREAM, step: 11 },
    { flags: FLAG.NAMELESS, client: [] },
  ]);
  const queries = toTapped(batch);
  t.equal(queries.length, 1);
  t.match(queries[0], { client: undefined, protocol: 'tcp', isInspected: true });
  t.end();
});
