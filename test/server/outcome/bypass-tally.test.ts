// Attempts to get around the filter: by which way, by whom, and that what is remembered has a bound.
import t from 'tap';
import type { BypassTally } from '../../../src/server/outcome/bypass-tally.ts';
import { InProcess, ScriptedSet } from '../../support/in-process.ts';
import type { PolicyLines } from '../../support/serving.ts';

const ANSWERS = {
  'site.example HTTPS': {
    answer: ['site.example. 60 HTTPS \\# 17 0001 00 0001 0003 026832 0005 0004 00000000'],
  },
  'site.example A': { answer: ['site.example. 60 A 192.0.2.1'] },
};

function serviceWith(policy: PolicyLines): { service: InProcess; tally: BypassTally } {
  const lan = {
    subnets: ['0.0.0.0/0'],
    policy: 'lan',
    clients: { '192.0.2.7/32': 'tablet' },
    names: { '192.0.2.7/32': 'tablet' },
  };
  const service = new InProcess({
    policies: { lan: policy, tablet: policy },
    vlans: { lan },
    bypassNames: ['doh.example'],
    upstreams: new Map([[0, new ScriptedSet('default', ANSWERS)]]),
  });
  return { service, tally: service.bypassOf('lan') };
}

const TRIES = [
  ['use-application-dns.net', 'A'],
  ['mask.icloud.com', 'AAAA'],
  ['doh.example', 'A'],
  ['a.doh.example', 'HTTPS'],
  ['_dns.resolver.arpa', 'SVCB'],
  ['site.example', 'HTTPS'],
] as const;

t.test('each way is counted once a query, for the client that tried', async (t) => {
  const { service, tally } = serviceWith({ bypass: 'block' });
  for (const [name, type] of TRIES) await service.ask(name, type, { client: '192.0.2.9' });
  await service.ask('doh.example', 'A', { client: '192.0.2.7' });
  await service.ask('site.example', 'A', { client: '192.0.2.8' });
  t.same(tally.ways, { canary: 1, relay: 1, resolver: 3, discovery: 1, ech: 1 });
  t.same(tally.clients(10), [
    {
      address: '192.0.2.9',
      name: undefined,
      policy: 'lan',
      tries: 6,
      ways: { canary: 1, relay: 1, resolver: 2, discovery: 1, ech: 1 },
    },
    { address: '192.0.2.7', name: 'tablet', policy: 'tablet', tries: 1, ways: { resolver: 1 } },
  ]);
  t.equal(tally.clients(1).length, 1);
});

t.test('where the policy lets clients go, nothing is an attempt', async (t) => {
  const { service, tally } = serviceWith({ bypass: 'allow' });
  for (const [name, type] of TRIES) await service.ask(name, type);
  t.same(tally.ways, {});
});

t.test('a name that a rule of the house blocks is no attempt', async (t) => {
  const { service, tally } = serviceWith({ bypass: 'block', block: ['casino.example'] });
  await service.ask('casino.example', 'A');
  t.same(tally.ways, {});
});

t.test('the client that tried longest ago makes room', async (t) => {
  const { service, tally } = serviceWith({ bypass: 'block' });
  for (let i = 0; i < 300; i++)
    await service.ask('doh.example', 'A', { client: `198.51.${100 + (i >> 8)}.${i & 255}` });
  const clients = tally.clients(1000);
  t.equal(clients.length, 256);
  t.notOk(clients.some(({ address }) => address === '198.51.100.0'));
  t.equal(tally.ways.resolver, 300);
});
