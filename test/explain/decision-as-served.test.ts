// What explain and expect say is what is served: the same names under the same state of the service, asked in both ways.
import t from 'tap';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { toType } from '../../src/dns/numbers.ts';
import { VERDICT } from '../../src/policy/judge.ts';
import { Decider } from '../../src/explain/decision.ts';
import { InProcess, ScriptedSet } from '../support/in-process.ts';
import { makeRandom } from '../support/rule-model.ts';
import type { ServingLines } from '../support/serving.ts';

/** Which counter of the VLAN a query moved. */
type Served = 'blocked' | 'local' | 'asked' | 'not ready';

async function serve(service: InProcess, name: string, type: string): Promise<Served> {
  const counters = service.countersOf('lan');
  const before = { ...counters };
  await service.send({ questions: [{ name, type }], transport: 'tcp' });
  if (counters.blocked > before.blocked) return 'blocked';
  if (counters.notReady > before.notReady) return 'not ready';
  return counters.local > before.local ? 'local' : 'asked';
}

function decide(service: InProcess, name: string, type: string): Served {
  const view = new NameView();
  view.setWire(parseName(name));
  const [policy] = service.serving.policies;
  if (policy === undefined) throw new Error('no policy');
  const { step, blocked, verdict } = new Decider(service.serving).decide(policy, view, toType(type));
  if (blocked) return 'blocked';
  if (step === 'local data' || step === 'special name') return 'local';
  return verdict === VERDICT.NOT_READY ? 'not ready' : 'asked';
}

const CHAIN = Array.from({ length: 12 }, (_, at) => `c${at}.home.arpa. CNAME c${at + 1}.home.arpa.`);

const LINES: ServingLines = {
  policies: {
    lan: {
      block: ['casino.example', '/^re[0-9]/'],
      allow: ['good.casino.example'],
      blockLists: ['ads', 'zone'],
      bypass: 'block',
    },
  },
  lists: {
    ads: ['||ads.example^', '@@||fine.ads.example^', '||fwd.example^'],
    zone: {
      format: 'rpz',
      text: 'six.example CNAME rpz-tcp-only.\ndata.example A 192.0.2.1\ndrop.example CNAME rpz-drop.\nalias.example CNAME other.example.\n',
    },
  },
  records: [
    ...CHAIN,
    'nas.home.arpa. A 192.0.2.10',
    'ends.home.arpa. CNAME nas.home.arpa.',
    'out.home.arpa. CNAME www.example.',
    'bad.home.arpa. CNAME x.ads.example.',
    'fine.home.arpa. CNAME x.fine.ads.example.',
    'house.home.arpa. CNAME x.casino.example.',
    'loop.home.arpa. CNAME loop.home.arpa.',
    'two.home.arpa. CNAME bad.home.arpa.',
    'special.home.arpa. CNAME localhost.',
    'absent.home.arpa. CNAME x.invalid.',
    'reverse.home.arpa. CNAME 1.0.0.10.in-addr.arpa.',
    'fwd.home.arpa. CNAME host.lan.',
    'data.home.arpa. CNAME data.example.',
    'tcp.home.arpa. CNAME six.example.',
    'canary.home.arpa. CNAME use-application-dns.net.',
  ],
  forward: { lan: 1, 'fwd.example': 1 },
};

function open(): InProcess {
  const upstreams = new Map([
    [0, new ScriptedSet('default')],
    [1, new ScriptedSet('router')],
  ]);
  return new InProcess({ ...LINES, upstreams });
}

t.test('names, aliases of all lengths and wherever they lead are decided as they are served', async (t) => {
  const service = open();
  const names = [
    ...CHAIN.map((line) => line.split('.')[0] ?? '').map((label) => `${label}.home.arpa`),
    ...(LINES.records ?? []).map((line) => line.split('. ')[0] ?? ''),
    'c12.home.arpa',
    'x.home.arpa',
    'ads.example',
    'a.fine.ads.example',
    'casino.example',
    'x.good.casino.example',
    're1.example',
    'six.example',
    'data.example',
    'drop.example',
    'alias.example',
    'free.example',
    'host.lan',
    'www.fwd.example',
    'localhost',
    'a.test',
    'use-application-dns.net',
  ];
  for (const name of new Set(names)) {
    for (const type of ['A', 'AAAA', 'CNAME', 'TXT'])
      t.equal(decide(service, name, type), await serve(service, name, type), `${name} ${type}`);
  }
});

t.test('random chains of aliases are decided as they are served', async (t) => {
  const random = makeRandom(9);
  const ends = [
    'nas.home.arpa',
    'x.ads.example',
    'free.example',
    'localhost',
    'x.casino.example',
    'host.lan',
  ];
  for (let round = 0; round < 30; round++) {
    const name = (number: number): string => `r${number}.home.arpa`;
    const records = Array.from({ length: 14 }, (_, number) => {
      const target = random(5) === 0 ? ends[random(ends.length)] : name(random(15));
      return `${name(number)}. CNAME ${target}.`;
    });
    const service = open();
    service.reload({
      ...LINES,
      records: [...records, 'nas.home.arpa. A 192.0.2.10'],
      upstreams: service.serving.upstreams,
    });
    for (let number = 0; number < 14; number++) {
      for (const type of ['A', 'CNAME']) {
        const said = decide(service, name(number), type);
        const served = await serve(service, name(number), type);
        if (said !== served) {
          t.equal(said, served, `${name(number)} ${type} of ${records.join(' ')}`);
          return;
        }
      }
    }
  }
  t.pass('all agree');
});
