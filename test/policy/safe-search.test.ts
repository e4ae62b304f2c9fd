// Safe search, from query to reply: every type of an engine's names leads to its strict results, and nothing else does.
import t from 'tap';
import { nameToText } from '../../src/dns/name-text.ts';
import { safeSearchEngines } from '../../src/packaged/safe-search-engines.ts';
import { SafeSearch } from '../../src/policy/safe-search.ts';
import type { SafeSearchSettings } from '../../src/policy/safe-search.ts';
import { errorsOf, InProcess, ScriptedSet } from '../support/in-process.ts';
import { fromHex } from '../support/message-writer.ts';
import type { PolicyLines } from '../support/serving.ts';

const TARGET = 'forcesafesearch.google.com';

const ANSWERS = {
  [`${TARGET} A`]: { answer: [`${TARGET}. 300 A 192.0.2.120`] },
  [`${TARGET} AAAA`]: { answer: [`${TARGET}. 300 AAAA 2001:db8::120`] },
  [`${TARGET} HTTPS`]: { authority: ['google.com. 60 SOA a. b. 1 2 3 4 60'] },
  'www.google.com A': { answer: ['www.google.com. 300 A 192.0.2.1'] },
  'www.google.com HTTPS': { answer: ['www.google.com. 300 HTTPS 1 . alpn=h2'] },
  'mail.google.com A': { answer: ['mail.google.com. 300 A 192.0.2.2'] },
};

function serviceWith(
  settings: SafeSearchSettings,
  policy: PolicyLines = {},
): { service: InProcess; set: ScriptedSet } {
  const set = new ScriptedSet('default', ANSWERS);
  const safeSearch = new Map([['lan', new SafeSearch(safeSearchEngines(), settings)]]);
  const lines = { policies: { lan: policy }, safeSearch, upstreams: new Map([[0, set]]) };
  return { service: new InProcess(lines), set };
}

async function tell(service: InProcess, name: string, type = 'A'): Promise<string> {
  const reply = await service.ask(name, type, { edns: {} });
  const records = reply.answer.map(({ owner, type: kind, rdata }) =>
    kind === 'CNAME' ? `${owner} CNAME ${nameToText(fromHex(rdata))}` : `${owner} ${kind}`,
  );
  return [reply.rcode, ...records, ...errorsOf(reply)].join(' | ');
}

t.test(
  'every type of a name leads to the strict results, which the upstream of the policy has',
  async (t) => {
    const { service, set } = serviceWith({ google: 'strict' });
    const alias = `www.google.com. CNAME ${TARGET}`;
    const told = '4 safe search: google';
    t.equal(await tell(service, 'www.google.com'), `NOERROR | ${alias} | ${TARGET}. A | ${told}`);
    t.equal(await tell(service, 'www.google.com', 'AAAA'), `NOERROR | ${alias} | ${TARGET}. AAAA | ${told}`);
    t.equal(await tell(service, 'www.google.com', 'HTTPS'), `NOERROR | ${alias} | ${told}`);
    t.equal(await tell(service, 'www.google.com', 'CNAME'), `NOERROR | ${alias} | ${told}`);
    t.notOk(
      set.asked.some((question) => question.startsWith('www.google.com')),
      'the name itself is never asked for',
    );
    const { safeSearch, blocked, queries } = service.countersOf('lan');
    t.same({ safeSearch, blocked, queries }, { safeSearch: 4, blocked: 0, queries: 4 });
  },
);

t.test('it holds from the cache as well, and for names that a rule allows', async (t) => {
  const { service } = serviceWith({ google: 'strict' }, { allow: ['www.google.com'] });
  const first = await tell(service, 'www.google.com');
  t.match(first, TARGET);
  t.equal(await tell(service, 'www.google.com'), first);
});

t.test('what is blocked stays blocked', async (t) => {
  const { service } = serviceWith({ google: 'strict' }, { block: ['google.com'] });
  t.equal(await tell(service, 'www.google.com'), 'NXDOMAIN | 16 rule google.com');
});

t.test('names below, and engines that are off, are answered as they are', async (t) => {
  const { service } = serviceWith({ bing: 'strict', google: 'off' });
  t.equal(await tell(service, 'www.google.com'), 'NOERROR | www.google.com. A');
  const other = serviceWith({ google: 'strict' });
  t.equal(await tell(other.service, 'mail.google.com'), 'NOERROR | mail.google.com. A');
});

t.test('YouTube has two levels', async (t) => {
  for (const [level, target] of [
    ['strict', 'restrict.youtube.com'],
    ['moderate', 'restrictmoderate.youtube.com'],
  ] as const) {
    const { service } = serviceWith({ youtube: level });
    t.match(await tell(service, 'm.youtube.com', 'CNAME'), `m.youtube.com. CNAME ${target}`);
  }
});

t.test(
  'the data: every engine has names, none is in two engines, and no target is led on itself',
  async (t) => {
    const engines = safeSearchEngines();
    t.same(
      engines.map(({ name }) => name),
      'google bing duckduckgo pixabay ecosia yandex brave qwant startpage youtube'.split(' '),
    );
    const names = engines.flatMap((engine) => engine.names);
    t.same(
      names.filter((name, at) => names.indexOf(name) !== at),
      [],
      'each name once',
    );
    const targets = engines.flatMap((engine) => Object.values(engine.targets));
    t.same(
      targets.filter((target) => names.includes(target)),
      [],
    );
    t.ok((engines[0]?.names.length ?? 0) > 370, 'Google under all its domains, with and without www');
  },
);

t.test(
  'an engine without a name for a level is led to that of the strict one, and one that is off to none',
  (t) => {
    const engine = (name: string, targets: Record<string, string>) => ({
      name,
      targets,
      names: [`${name}.example`],
    });
    const engines = [
      engine('one', { strict: 'strict.one.example' }),
      engine('two', { strict: 'strict.two.example', moderate: 'moderate.two.example' }),
      engine('three', { strict: 'strict.three.example' }),
    ];
    const { targets } = new SafeSearch(engines, { one: 'moderate', two: 'moderate', three: 'off' });
    t.strictSame(
      targets.map(({ alias }) => nameToText(alias)),
      ['strict.one.example', 'moderate.two.example'],
    );
    t.end();
  },
);
