import t from 'tap';
import { readRecords } from '../../src/recorder/logged-query.ts';
import { FLAG } from '../../src/querylog/record-layout.ts';
import { makeBatch, makeMeaning } from '../support/record-batch.ts';
import type { MadeRecord } from '../support/record-batch.ts';

const only = (record: MadeRecord, meaning = makeMeaning()) =>
  [...readRecords(makeBatch([record], { meaning }))][0]!;

t.test('a blocked query has its reason, and the name that the rule is about', (t) => {
  const { query, isNameless } = only({
    name: 'x.ads.example',
    atMs: 250,
    flags: FLAG.BLOCKED,
    rcode: 3,
    step: 8,
    depth: 2,
    error: 15,
    reason: 1,
    entry: 0,
  });
  t.equal(isNameless, false);
  t.strictSame(query, {
    id: 0,
    unixMs: 1_800_000_000_250,
    vlan: 'kids',
    policy: 'strict',
    client: { address: '192.0.2.1', name: 'laptop', mac: undefined },
    upstream: undefined,
    server: undefined,
    name: 'x.ads.example',
    type: 'A',
    rcode: 'NXDOMAIN',
    step: 'blocked',
    blocked: true,
    reason: { kind: 'list', source: 'ads', text: 'list ads', rule: 'ads.example' },
    error: 15,
    waitedUs: 0,
    cached: false,
    stale: false,
    transport: 'udp',
  });
  t.end();
});

t.test('a forwarded query has upstream, server and the time that it took', (t) => {
  const { query } = only({ set: 0, server: 0, waitedUs: 25_000, flags: FLAG.STREAM | FLAG.STALE });
  t.match(query, {
    upstream: 'default',
    server: '192.0.2.53',
    waitedUs: 25_000,
    transport: 'tcp',
    stale: true,
    cached: false,
  });
  t.end();
});

t.test('a client is called as it is known, an exception as it is configured', (t) => {
  const meaning = makeMeaning();
  meaning.clients.learn({
    clients: [{ vlan: 'kids', address: '2001:db8::1', name: 'tablet', mac: '00:00:5e:00:53:01' }],
  });
  const client = [0x20010db8, 0, 0, 1];
  t.strictSame(only({ client, flags: FLAG.IPV6 }, meaning).query.client, {
    address: '2001:db8::1',
    name: 'tablet',
    mac: '00:00:5e:00:53:01',
  });
  t.equal(only({ client, flags: FLAG.IPV6, entry: 0 }, meaning).query.client?.name, 'laptop');
  t.equal(only({ client, flags: FLAG.IPV6, vlan: 1 }, meaning).query.client?.name, undefined);
  t.end();
});

t.test('who is not told is not there', (t) => {
  t.equal(only({ client: [] }).query.client, undefined);
  t.match(only({ flags: FLAG.NAMELESS }), { isNameless: true, query: { name: '' } });
  t.end();
});

t.test('a rule that is as it is written is told so, and numbers beyond what is known are none', (t) => {
  t.equal(only({ reason: 2, depth: 1 }).query.reason?.rule, '/^ad/');
  t.match(only({ vlan: 7, policy: 7, reason: 99, step: 200 }).query, {
    vlan: '',
    policy: undefined,
    reason: undefined,
    step: '200',
  });
  t.end();
});
