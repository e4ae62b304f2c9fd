// What clients are told that ask for why.NAME.vlandns.home.arpa: about their own queries, and nothing else.
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { ClientAddress } from '../../src/addresses/client-address.ts';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { parseName } from '../../src/dns/name-text.ts';
import { buildOffline } from '../../src/explain/offline.ts';
import { whyTeller } from '../../src/explain/why.ts';
import { sourceFilesOf } from '../../src/lists/list-sources.ts';
import { RateLimit } from '../../src/server/limits/rate-limit.ts';
import { InProcess } from '../support/in-process.ts';
import type { AskFields } from '../support/in-process.ts';

const CONFIG = `vlans:
  kids:
    listen: ["127.0.40.1:5340"]
    subnets: [192.0.2.0/24]
    policy: kids
    clients: [{ name: laptop, address: 192.0.2.23, policy: open }]
    records: ["nas.home.arpa. A 192.0.2.40"]
  lab: { listen: ["127.0.50.1:5340"], subnets: [198.51.100.0/24], policy: open }
policies:
  open: {}
  kids:
    block: { lists: [ads], rules: [casino.example, '*.arpa'] }
    bypass: block
lists: { ads: ads.txt }
upstreams: { default: [192.0.2.53] }
records:
  - "nas.home.arpa. A 192.0.2.10"
  - "*.home.arpa. A 192.0.2.11"
  - "why.taken.example.vlandns.home.arpa. TXT ours"
server: { state: state }
`;

const KID = { vlan: 'kids', client: '192.0.2.7' };
const LAPTOP = { vlan: 'kids', client: '192.0.2.23' };
const LAB = { vlan: 'lab', client: '198.51.100.7' };

/** The service with that configuration, which tells why. */
async function serve(t: Test): Promise<InProcess> {
  const folder = t.testdir({ 'vlandns.yaml': CONFIG, 'ads.txt': 'ads.example\n' });
  const prepared = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
  const offline = await buildOffline(prepared);
  t.teardown(() => offline.close());
  const service = new InProcess({ policies: { open: {} } }, { tellsWhy: true }, offline.serving);
  const { serving, lists } = offline;
  const refresh = sourceFilesOf(join(folder, 'state/sources'));
  service.tellWhy = whyTeller(() => ({ config: prepared.config, serving, lists, refresh }));
  return service;
}

/** The strings of the answer, or its rcode and how many records of which type it has. */
async function told(service: InProcess, name: string, fields: AskFields, type = 'TXT'): Promise<string[]> {
  const { rcode, answer } = await service.ask(name, type, { edns: {}, ...fields });
  if (answer[0]?.type !== 'TXT') return [rcode, ...answer.map((record) => record.type)];
  const octets = Buffer.from(answer[0].rdata, 'hex');
  const strings: string[] = [];
  for (let at = 0; at < octets.length; at += 1 + octets[at]!)
    strings.push(octets.subarray(at + 1, at + 1 + octets[at]!).toString('latin1'));
  return strings;
}

t.test('a client is told what decides for it, where that is written, and what would change it', async (t) => {
  const service = await serve(t);
  const ask = (name: string, fields: AskFields): Promise<string[]> =>
    told(service, `why.${name}.vlandns.home.arpa`, fields);
  const isKid = '192.0.2.7 is in the subnets of VLAN kids, which has policy kids';
  t.strictSame(await ask('poker.casino.example', KID), [
    'poker.casino.example is blocked for you',
    isKid,
    'blocked by name: casino.example (vlandns.yaml line 12)',
    'to change it: vlandns allow kids poker.casino.example',
  ]);
  t.strictSame(await ask('Ads.Example', KID), [
    'ads.example is blocked for you',
    isKid,
    'list ads has ads.example (ads.txt line 1)',
    'to change it: vlandns allow kids ads.example',
  ]);
  t.strictSame(await ask('casino.example', LAPTOP), [
    'casino.example is allowed for you',
    '192.0.2.23 is client laptop of VLAN kids, which has policy open',
    'no rule and no list speaks about it',
    'to change it: vlandns block open casino.example',
  ]);
  t.match(await ask('use-application-dns.net', KID), {
    2: 'a canary: bypass: block answers it with NXDOMAIN',
    3: 'to change it: write bypass: allow into policy kids, then: vlandns reload',
  });
  t.strictSame((await ask('nas.home.arpa', KID)).slice(2), ['it is in records or hosts of VLAN kids']);
  t.strictSame(
    (await ask('nas.home.arpa', LAB)).slice(2),
    ['it is in records or hosts'],
    'not what others see',
  );
});

t.test('only a question for the words is answered with words', async (t) => {
  const service = await serve(t);
  for (const [name, type, wanted] of [
    ['why.casino.example.vlandns.home.arpa', 'A', ['NOERROR']],
    ['casino.example.vlandns.home.arpa', 'TXT', ['NOERROR']],
    ['why.vlandns.home.arpa', 'TXT', ['NOERROR']],
    ['vlandns.home.arpa', 'A', ['NOERROR']],
    ['why.taken.example.vlandns.home.arpa', 'TXT', ['ours']],
    ['why.example.home.arpa', 'A', ['NOERROR', 'A']],
  ] as const)
    t.strictSame(await told(service, name, KID, type), wanted, `${name} ${type}`);
  const elsewhere = { vlan: 'kids', client: '198.51.100.7' };
  t.strictSame(await told(service, 'why.casino.example.vlandns.home.arpa', elsewhere), ['REFUSED']);
});

t.test('the words cost a token, as an answer of an upstream does', async (t) => {
  const service = await serve(t);
  service.limits = { ...service.limits, rate: new RateLimit({ rate: 1, burst: 2 }) };
  const name = 'why.casino.example.vlandns.home.arpa';
  const truncated = async (asked: string): Promise<boolean> =>
    (await service.ask(asked, 'TXT', { edns: {}, ...KID })).tc;
  t.strictSame(
    [await truncated(name), await truncated(name), await truncated(name)],
    [false, false, true],
    'two, and then to be asked again over TCP',
  );
  t.equal((await service.ask('casino.example', 'A', KID)).rcode, 'NXDOMAIN', 'a verdict costs none');
});

t.test('a long reason is divided into strings', async (t) => {
  const service = await serve(t);
  const label = 'x'.repeat(60);
  const name = `${label}.${label}.${label}.casino.example`;
  const strings = await told(service, `why.${name}.vlandns.home.arpa`, { ...KID, transport: 'tcp' });
  t.ok(strings.every((string) => Buffer.byteLength(string) <= 255));
  t.match(strings.join(' '), `to change it: vlandns allow kids ${name}`);
});

t.test('a service that tells nobody answers without records', async (t) => {
  const service = new InProcess({ policies: { open: {} } });
  t.strictSame(await told(service, 'why.a.example.vlandns.home.arpa', {}), ['NOERROR']);
});

t.test('a burst is told one after the other, and other work comes in between', async (t) => {
  const service = await serve(t);
  const asked = 40;
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const all = await Promise.all(
    Array.from({ length: asked }, () => told(service, 'why.casino.example.vlandns.home.arpa', KID)),
  );
  isOver = true;
  t.equal(all.filter(([first]) => first === 'casino.example is blocked for you').length, asked);
  t.ok(turns >= asked, `${turns} turns of the event loop for ${asked} explanations`);
});

t.test('the burst of one VLAN holds no other back', async (t) => {
  const service = await serve(t);
  let kidsTold = 0;
  const kids = Array.from({ length: 40 }, async () => {
    await told(service, 'why.casino.example.vlandns.home.arpa', KID);
    kidsTold++;
  });
  await told(service, 'why.casino.example.vlandns.home.arpa', LAB);
  t.ok(kidsTold < 5, `${kidsTold} of 40 were told before`);
  await Promise.all(kids);
});

t.test('who is told while the lists are exchanged is told by those that have come', async (t) => {
  const folder = t.testdir({ 'vlandns.yaml': CONFIG, 'ads.txt': 'ads.example\n' });
  const { config, ...rest } = await parsePrepared(join(folder, 'vlandns.yaml'), () => {});
  const [before, after] = [await buildOffline({ config, ...rest }), await buildOffline({ config, ...rest })];
  t.teardown(() => after.close());
  await before.close();
  const refresh = sourceFilesOf(join(folder, 'state/sources'));
  const client = new ClientAddress();
  client.set(KID.client);
  const question = { vlan: 'kids', client, name: parseName('ads.example') };
  let looks = 0;
  // It is exchanged after the explanation has begun.
  const exchanged = whyTeller(() => ({ ...(looks++ === 0 ? before : after), config, refresh }));
  t.match((await exchanged(question)).join('; '), /ads\.example is blocked for you.*ads\.txt line 1/);
  const closed = whyTeller(() => ({ ...before, config, refresh }));
  await t.rejects(closed(question), 'where they are still the same, that is a bug and stays one');
});
