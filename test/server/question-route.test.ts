// The one route of questions: what a query gets, what explain says of it and what is noted of it are asked for the same questions.
import t from 'tap';
import { parseName } from '../../src/dns/name-text.ts';
import { NameView } from '../../src/dns/name-view.ts';
import { toClass, toType } from '../../src/dns/numbers.ts';
import { Decider } from '../../src/explain/decision.ts';
import type { Outcome } from '../../src/server/outcome/outcome.ts';
import { STEP } from '../../src/server/step.ts';
import { rcodeName } from '../support/dns-numbers.ts';
import { InProcess, ScriptedSet } from '../support/in-process.ts';
import { readMessage } from '../support/message-reader.ts';
import { makeRandom } from '../support/rule-model.ts';
import type { ServingLines } from '../support/serving.ts';

const CHAIN = Array.from({ length: 12 }, (_, at) => `c${at}.home.arpa. CNAME c${at + 1}.home.arpa.`);

const ZONE = `six.example CNAME rpz-tcp-only.
data.example A 192.0.2.1
drop.example CNAME rpz-drop.
alias.example CNAME other.example.
to-nas.example CNAME nas.home.arpa.
to-chain.example CNAME c4.home.arpa.
to-out.example CNAME out.home.arpa.
to-special.example CNAME x.localhost.
to-casino.example CNAME x.casino.example.
to-alias.example CNAME alias.example.
to-ads.example CNAME x.ads.example.
`;

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
    zone: { format: 'rpz', text: ZONE },
  },
  records: [
    ...CHAIN,
    'nas.home.arpa. A 192.0.2.10',
    'ends.home.arpa. CNAME nas.home.arpa.',
    'out.home.arpa. CNAME www.example.',
    'bad.home.arpa. CNAME x.ads.example.',
    'house.home.arpa. CNAME x.casino.example.',
    'loop.home.arpa. CNAME loop.home.arpa.',
    'special.home.arpa. CNAME localhost.',
    'absent.home.arpa. CNAME x.invalid.',
    'fwd.home.arpa. CNAME host.lan.',
    'data.home.arpa. CNAME data.example.',
    'listed.home.arpa. CNAME alias.example.',
    'canary.home.arpa. CNAME use-application-dns.net.',
  ],
  forward: { lan: 1, 'fwd.example': 1 },
};

/** What is noted of one query after another. */
class Noted {
  readonly outcomes: Pick<Outcome, 'step' | 'isLedOn' | 'rcode'>[] = [];

  record({ step, isLedOn, rcode }: Outcome): void {
    this.outcomes.push({ step, isLedOn, rcode });
  }
}

function open(lines: ServingLines = LINES): { service: InProcess; noted: Noted } {
  const scripted = (set: string): ScriptedSet =>
    new ScriptedSet(
      set,
      Object.fromEntries(
        ['www.example', 'other.example', 'host.lan'].map((name) => [
          `${name} A`,
          { answer: [`${name}. 60 A 198.51.100.1`] },
        ]),
      ),
    );
  const upstreams = new Map([
    [0, scripted('default')],
    [1, scripted('router')],
  ]);
  const noted = new Noted();
  return { service: new InProcess({ ...lines, upstreams }, { recorder: noted }), noted };
}

/** What explain says: in one word, or `asked at N`; and by which step. */
function explained(service: InProcess, name: string, [type, inClass]: readonly [string, string]): string {
  const view = new NameView();
  view.setWire(parseName(name));
  const [policy] = service.serving.policies;
  if (policy === undefined) throw new Error('no policy');
  const decision = new Decider(service.serving).decide(policy, view, toType(type), toClass(inClass));
  return `${decision.is} by ${decision.step}${decision.asked === undefined ? '' : `, set ${decision.asked.set}`}`;
}

type Row = readonly [name: string, query: string, served: string, explained: string];

/** What a query of each kind gets over TCP, and what explain says of it: the rcode, then the answer's records. */
const ROWS: readonly Row[] = [
  // The form of the query, whatever the name.
  ['ads.example', 'AXFR', 'REFUSED', 'refused by query form'],
  ['free.example', 'IXFR', 'REFUSED', 'refused by query form'],
  ['free.example', 'MAILB', 'NOTIMP', 'refused by query form'],
  ['free.example', 'TYPE0', 'FORMERR', 'refused by query form'],
  ['free.example', 'OPT', 'FORMERR', 'refused by query form'],
  ['version.bind', 'TXT CH', 'REFUSED', 'refused by query form'],
  ['free.example', 'A HS', 'REFUSED', 'refused by query form'],
  ['ads.example', 'ANY CH', 'REFUSED', 'refused by query form'],
  ['nas.home.arpa', 'A ANY', 'REFUSED', 'refused by query form'],
  ['free.example', 'ANY', 'NOERROR HINFO', 'allowed by ANY'],
  ['ads.example', 'ANY', 'NOERROR HINFO', 'allowed by ANY'],
  ['nas.home.arpa', 'ANY', 'NOERROR HINFO', 'allowed by ANY'],
  ['use-application-dns.net', 'ANY', 'NOERROR HINFO', 'allowed by ANY'],
  // Canaries and special names, of any type.
  ['use-application-dns.net', 'A', 'NXDOMAIN', 'blocked by canary'],
  ['mask.icloud.com', 'HTTPS', 'NXDOMAIN', 'blocked by canary'],
  ['x.use-application-dns.net', 'A', 'NXDOMAIN', 'allowed by verdict, set 0'],
  ['localhost', 'A', 'NOERROR A', 'allowed by special name'],
  ['localhost', 'PTR', 'NOERROR', 'allowed by special name'],
  ['a.test', 'CNAME', 'NXDOMAIN', 'allowed by special name'],
  ['1.0.0.10.in-addr.arpa', 'PTR', 'NXDOMAIN', 'allowed by special name'],
  ['_dns.resolver.arpa', 'SVCB', 'NOERROR', 'allowed by special name'],
  // Local data, and where its aliases lead.
  ['nas.home.arpa', 'A', 'NOERROR A', 'allowed by local data'],
  ['nas.home.arpa', 'HTTPS', 'NOERROR', 'allowed by local data'],
  ['10.2.0.192.in-addr.arpa', 'PTR', 'NOERROR PTR', 'allowed by local data'],
  ['ends.home.arpa', 'A', 'NOERROR CNAME A', 'allowed by local data'],
  ['c0.home.arpa', 'A', `NOERROR${' CNAME'.repeat(8)}`, 'allowed by local data'],
  ['c4.home.arpa', 'A', `NXDOMAIN${' CNAME'.repeat(8)}`, 'allowed by special name'],
  ['c4.home.arpa', 'CNAME', 'NOERROR CNAME', 'allowed by local data'],
  ['loop.home.arpa', 'A', `NOERROR${' CNAME'.repeat(8)}`, 'allowed by local data'],
  ['out.home.arpa', 'A', 'NOERROR CNAME A', 'allowed by verdict, set 0'],
  ['fwd.home.arpa', 'A', 'NOERROR CNAME A', 'allowed by verdict, set 1'],
  ['bad.home.arpa', 'A', 'NXDOMAIN', 'blocked by verdict'],
  ['house.home.arpa', 'AAAA', 'NXDOMAIN', 'blocked by verdict'],
  ['special.home.arpa', 'A', 'NOERROR CNAME A', 'allowed by special name'],
  ['absent.home.arpa', 'A', 'NXDOMAIN CNAME', 'allowed by special name'],
  ['canary.home.arpa', 'A', 'NXDOMAIN CNAME', 'allowed by verdict, set 0'],
  ['data.home.arpa', 'A', 'NOERROR A', 'blocked by verdict'],
  ['listed.home.arpa', 'A', 'NOERROR CNAME A', 'blocked by verdict, set 0'],
  // Verdicts, and where the aliases of lists lead.
  ['x.ads.example', 'TXT', 'NXDOMAIN', 'blocked by verdict'],
  ['x.casino.example', 'A', 'NXDOMAIN', 'blocked by verdict'],
  ['re1.example', 'A', 'NXDOMAIN', 'blocked by verdict'],
  ['good.casino.example', 'A', 'NXDOMAIN', 'allowed by verdict, set 0'],
  ['x.fine.ads.example', 'A', 'NXDOMAIN', 'allowed by verdict, set 0'],
  ['www.example', 'A', 'NOERROR A', 'allowed by verdict, set 0'],
  ['host.lan', 'A', 'NOERROR A', 'allowed by verdict, set 1'],
  ['www.fwd.example', 'A', 'NXDOMAIN', 'blocked by verdict'],
  ['six.example', 'A', 'NXDOMAIN', 'allowed by verdict, set 0'],
  ['data.example', 'A', 'NOERROR A', 'blocked by verdict'],
  ['data.example', 'AAAA', 'NOERROR', 'blocked by verdict'],
  ['drop.example', 'A', 'nothing', 'blocked by verdict'],
  ['alias.example', 'A', 'NOERROR CNAME A', 'blocked by verdict, set 0'],
  ['alias.example', 'CNAME', 'NOERROR CNAME', 'blocked by verdict'],
  ['to-nas.example', 'A', 'NOERROR CNAME A', 'blocked by verdict'],
  ['to-chain.example', 'A', `NXDOMAIN${' CNAME'.repeat(9)}`, 'blocked by verdict'],
  ['to-out.example', 'A', 'NOERROR CNAME CNAME A', 'blocked by verdict, set 0'],
  ['to-special.example', 'A', 'NOERROR CNAME A', 'blocked by verdict'],
  ['to-casino.example', 'A', 'NXDOMAIN', 'blocked by verdict'],
  ['to-alias.example', 'A', 'NXDOMAIN CNAME', 'blocked by verdict, set 0'],
  ['to-ads.example', 'A', 'NXDOMAIN CNAME', 'blocked by verdict, set 0'],
];

t.test('each kind of question is served, told and noted alike', async (t) => {
  const { service, noted } = open();
  for (const [name, query, served, told] of ROWS) {
    const [type = '', inClass = 'IN'] = query.split(' ');
    const octets = await service.send({ questions: [{ name, type, class: inClass }], transport: 'tcp' });
    const reply = octets === undefined ? undefined : readMessage(octets);
    const records = reply?.answer.map((record) => ` ${record.type}`).join('') ?? '';
    t.equal(reply === undefined ? 'nothing' : reply.rcode + records, served, `${name} ${query} is served`);
    t.equal(explained(service, name, [type, inClass]), told, `${name} ${query} is explained`);
    const { step, isLedOn, rcode } = noted.outcomes.at(-1) ?? { step: -1, isLedOn: false, rcode: 0 };
    const isBlocked = step === STEP.BLOCKED || step === STEP.CANARY || isLedOn;
    t.equal(isBlocked, told.startsWith('blocked'), `${name} ${query} is noted`);
    if (reply !== undefined) t.equal(rcodeName(rcode), reply.rcode, `${name} ${query}: the rcode is noted`);
  }
  t.equal(noted.outcomes.length, ROWS.length, 'each once');
});

t.test('random chains of local aliases are told as they are served', async (t) => {
  const random = makeRandom(9);
  const ends = ['nas.home.arpa', 'x.ads.example', 'free.example', 'localhost', 'alias.example', 'host.lan'];
  for (let round = 0; round < 30; round++) {
    const nameOf = (number: number): string => `r${number}.home.arpa`;
    const records = Array.from({ length: 14 }, (_, number) => {
      const target = random(5) === 0 ? ends[random(ends.length)] : nameOf(random(15));
      return `${nameOf(number)}. CNAME ${target}.`;
    });
    const { service } = open({ ...LINES, records: [...records, 'nas.home.arpa. A 192.0.2.10'] });
    for (let number = 0; number < 14; number++) {
      const before = { ...service.countersOf('lan') };
      await service.send({ questions: [{ name: nameOf(number), type: 'A' }], transport: 'tcp' });
      const { blocked, local } = service.countersOf('lan');
      const served = blocked > before.blocked ? 'blocked' : 'allowed';
      const told = explained(service, nameOf(number), ['A', 'IN']);
      if (told.startsWith(served) && told.includes('set') !== local > before.local) continue;
      if (blocked > before.blocked && told.startsWith('blocked')) continue;
      t.fail(`${nameOf(number)} of ${records.join(' ')}: ${told}, served ${served}`);
    }
  }
  t.pass('all agree');
});

t.test('a policy that does not block ways around it has canaries asked upstream like any name', async (t) => {
  const { service, noted } = open({ policies: { lan: {} } });
  for (const name of ['use-application-dns.net', 'mask.icloud.com']) {
    await service.ask(name);
    t.not(noted.outcomes.at(-1)?.step, STEP.CANARY, name);
    t.equal(explained(service, name, ['A', 'IN']), 'allowed by verdict, set 0', name);
  }
});
