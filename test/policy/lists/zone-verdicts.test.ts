// One zone or file is evaluated as its own program evaluates it, and only then are lists weighed against each other. Tables
// with what unbound, BIND and dnsmasq answer, and random files against a plain reading of each program's rules.
import t from 'tap';
import { answerOfLists } from '../../../src/policy/lists/list-answer.ts';
import { Judge, VERDICT } from '../../../src/policy/judge.ts';
import { NameView } from '../../../src/dns/name-view.ts';
import { toType, typeToText, TYPE } from '../../../src/dns/numbers.ts';
import type { FormatName } from '../../../src/blocklists/formats/format-names.ts';
import { makeRandom, toWire } from '../../support/rule-model.ts';
import { compileLines } from '../../support/serving.ts';
import type { ServingLines } from '../../support/serving.ts';
import { dnsmasqModel, randomDnsmasq } from '../../support/dnsmasq-model.ts';
import { randomRpz, rpzModel } from '../../support/rpz-model.ts';
import { randomUnbound, unboundModel } from '../../support/unbound-model.ts';

type Lists = NonNullable<ServingLines['lists']>;

/** Gives what is answered to a query: `UP`, `allowed`, a word of effect.ts, or records. */
function answering(lists: Lists): (name: string, type?: string) => string {
  const { policies, book } = compileLines({
    policies: { kids: { blockLists: Object.keys(lists), answer: 'refused', blockTtlSeconds: 30 } },
    lists,
  });
  const judge = new Judge(book);
  const view = new NameView();
  const [policy] = policies;
  if (policy === undefined) throw new Error('no policy');
  return (name, type = 'A') => {
    view.setWire(toWire(name));
    const qtype = toType(type) ?? TYPE.A;
    const verdict = judge.judge(policy, view, qtype);
    if (verdict === VERDICT.PASS) return 'UP';
    if (verdict === VERDICT.ALLOWED) return 'allowed';
    const answer = answerOfLists(book, judge);
    if (answer === undefined || answer === policy.answer) return 'blocked';
    if (typeof answer === 'string') return answer;
    const given = answer.filter((record) => record.type === qtype || record.type === TYPE.CNAME);
    return given.map((record) => `${typeToText(record.type)} ${record.data}`).join(', ') || 'nodata';
  };
}

interface Case {
  readonly when: string;
  readonly format: FormatName;
  readonly text: string;
  /** Query to answer; the type is A where none is given. */
  readonly answers: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    when: 'a blocking owner lies below an allowing wildcard of its zone',
    format: 'rpz',
    text: '*.ok.example CNAME rpz-passthru.\nevil.ok.example CNAME .',
    answers: {
      'evil.ok.example': 'nxdomain',
      'fine.ok.example': 'allowed',
      'a.b.ok.example': 'allowed',
      'below.evil.ok.example': 'UP',
      'ok.example': 'UP',
    },
  },
  {
    when: 'an owner and the wildcard below it have data of their own',
    format: 'rpz',
    text: 'w.example TXT "own"\n*.w.example A 192.0.2.1\nv.example A 192.0.2.2\n*.v.example CNAME walled.test.',
    answers: {
      'w.example': 'nodata',
      'a.w.example': 'A 192.0.2.1',
      'a.w.example TXT': 'nodata',
      'v.example': 'A 192.0.2.2',
      'a.v.example': 'CNAME walled.test.',
    },
  },
  {
    when: 'a wildcard lies below a wildcard',
    format: 'rpz',
    text: '*.x.example CNAME rpz-passthru.\n*.y.x.example CNAME .',
    answers: { 'a.y.x.example': 'nxdomain', 'y.x.example': 'UP', 'a.x.example': 'allowed' },
  },
  {
    when: 'all names are let through but one',
    format: 'rpz',
    text: '* CNAME rpz-passthru.\nbad.example CNAME .',
    answers: {
      'bad.example': 'nxdomain',
      'other.test': 'allowed',
      'a.bad.example': 'UP',
      'good.example': 'UP',
      example: 'UP',
    },
  },
  {
    when: 'an existing name ends a wildcard above it, be it without records',
    format: 'rpz',
    text: '*.example CNAME .\ndeep.x.sub.example CNAME rpz-passthru.',
    answers: {
      'foo.example': 'nxdomain',
      'a.foo.example': 'nxdomain',
      'deep.x.sub.example': 'allowed',
      'a.deep.x.sub.example': 'UP',
      'y.x.sub.example': 'UP',
      'sub.example': 'UP',
      'other.sub.example': 'UP',
    },
  },
  {
    when: 'names below a wildcard say the same once more',
    format: 'rpz',
    text: '*.x.example CNAME .\na.x.example CNAME .\n*.a.x.example CNAME .\nb.a.x.example CNAME *.',
    answers: {
      'a.x.example': 'nxdomain',
      'q.a.x.example': 'nxdomain',
      'b.a.x.example': 'nodata',
      'q.b.a.x.example': 'UP',
      'q.x.example': 'nxdomain',
    },
  },
  {
    when: 'an alias leads below the name that it is for',
    format: 'rpz',
    text: '*.goo.example CNAME forcesafe.goo.example.\nself.example CNAME self.example.',
    answers: {
      'www.goo.example': 'CNAME forcesafe.goo.example.',
      'forcesafe.goo.example': 'UP',
      'self.example': 'allowed',
    },
  },
  {
    when: 'a record has another type than is asked for',
    format: 'rpz',
    text: 'h.example HTTPS 1 . alpn=h2\nh.example CAA 0 issue "ca.example"\nt.example TYPE999 \\# 2 0a0b',
    answers: {
      'h.example': 'nodata',
      'h.example HTTPS': 'HTTPS \\# 10 00010000010003026832',
      't.example': 'nodata',
    },
  },
  {
    when: 'a blocking zone has one that resolves inside',
    format: 'unbound',
    text: [
      'local-zone: "x.example" always_nxdomain',
      'local-zone: "ok.x.example" transparent',
      'local-zone: "tt.x.example" typetransparent',
      'local-zone: "at.x.example" always_transparent',
      'local-zone: "in.x.example" inform',
      'local-zone: "bad.ok.x.example" refuse',
      'local-zone: "nd.x.example" nodefault',
    ].join('\n'),
    answers: {
      'x.example': 'nxdomain',
      'a.x.example': 'nxdomain',
      'ok.x.example': 'UP',
      'a.ok.x.example': 'UP',
      'tt.x.example': 'UP',
      'at.x.example': 'UP',
      'in.x.example': 'UP',
      'a.bad.ok.x.example': 'blocked',
      'nd.x.example': 'nxdomain',
    },
  },
  {
    when: 'everything is blocked but some zones',
    format: 'unbound',
    text: 'local-zone: "." static\nlocal-zone: "ok.example" transparent\nlocal-data: "nas.lan A 192.0.2.1"',
    answers: {
      'a.test': 'nxdomain',
      'ok.example': 'UP',
      'a.ok.example': 'UP',
      example: 'nxdomain',
      'nas.lan': 'A 192.0.2.1',
      lan: 'nodata',
    },
  },
  {
    when: 'data lies in zones of each kind',
    format: 'unbound',
    text: [
      'local-zone: "st.example" static',
      'local-data: "a.st.example A 192.0.2.1"',
      'local-data: "x.ent.st.example A 192.0.2.2"',
      'local-zone: "nx.example" always_nxdomain',
      'local-data: "a.nx.example A 192.0.2.3"',
      'local-zone: "tt.example" typetransparent',
      'local-data: "a.tt.example A 192.0.2.4"',
      'local-zone: "nul.example" always_null',
      'local-data: "a.nul.example A 192.0.2.5"',
      'local-zone: "rf.example" refuse local-data: "a.rf.example A 192.0.2.6"',
      'local-zone: "re.example" redirect',
      'local-data: "re.example A 192.0.2.7"',
      'local-data: "free.example A 192.0.2.8"',
      'local-zone: "ba.example" block_a',
      'local-zone: "goo.example" redirect',
      'local-data: "goo.example CNAME forcesafe.goo.example."',
    ].join('\n'),
    answers: {
      'st.example': 'nodata',
      'a.st.example': 'A 192.0.2.1',
      'a.st.example AAAA': 'nodata',
      'b.a.st.example': 'nxdomain',
      'ent.st.example': 'nodata',
      'x.ent.st.example': 'A 192.0.2.2',
      'q.st.example': 'nxdomain',
      'a.nx.example': 'nxdomain',
      'a.tt.example': 'A 192.0.2.4',
      'a.tt.example AAAA': 'UP',
      'a.nul.example': 'A 192.0.2.5',
      'a.nul.example AAAA': 'zero',
      'b.nul.example': 'zero',
      'a.rf.example': 'A 192.0.2.6',
      'a.rf.example AAAA': 'blocked',
      're.example': 'A 192.0.2.7',
      'q.re.example': 'A 192.0.2.7',
      'q.re.example AAAA': 'nodata',
      'free.example': 'A 192.0.2.8',
      'free.example AAAA': 'nodata',
      'q.free.example': 'UP',
      'q.ba.example': 'nodata',
      'q.ba.example AAAA': 'UP',
      'www.goo.example': 'CNAME forcesafe.goo.example.',
      'forcesafe.goo.example': 'UP',
    },
  },
  {
    when: 'two lines name the same zone, the later one holds',
    format: 'unbound',
    text: 'local-zone: "x.example" static\nlocal-zone: "x.example" always_refuse',
    answers: { 'x.example': 'blocked', 'a.x.example': 'blocked' },
  },
  {
    when: 'a name is let through below one that is blocked',
    format: 'dnsmasq',
    text: [
      'address=/bad.example/',
      'server=/good.bad.example/#',
      'server=/fwd.bad.example/192.0.2.53',
      'address=/deep.good.bad.example/',
      'address=/dat.bad.example/192.0.2.1',
      'host-record=h.bad.example,192.0.2.9',
      'server=/lan/192.0.2.53',
      'address=/alone.example/192.0.2.66',
      'address=/both.example/',
      'server=/both.example/#',
      'address=/*star.example/',
      'server=/mystar.example/#',
    ].join('\n'),
    answers: {
      'bad.example': 'blocked',
      'a.bad.example': 'blocked',
      'good.bad.example': 'UP',
      'a.good.bad.example': 'UP',
      'fwd.bad.example': 'UP',
      'a.deep.good.bad.example': 'blocked',
      'a.dat.bad.example': 'A 192.0.2.1',
      'dat.bad.example AAAA': 'nodata',
      'h.bad.example': 'A 192.0.2.9',
      'q.h.bad.example': 'blocked',
      'nas.lan': 'UP',
      'alone.example': 'blocked',
      'both.example': 'blocked',
      'mystar.example': 'UP',
      'ystar.example': 'blocked',
    },
  },
  {
    when: 'only what lies below a blocked name is let through',
    format: 'dnsmasq',
    text: 'address=/wild.example/\nserver=/*.wild.example/#\naddress=/q.wild.example/',
    answers: { 'wild.example': 'blocked', 'a.wild.example': 'UP', 'a.q.wild.example': 'blocked' },
  },
  {
    when: 'rewriting comes before blocking at any depth',
    format: 'adguard',
    text: [
      '||x.example^$dnsrewrite=192.0.2.1',
      '||a.x.example^',
      '||b.x.example^$important',
      '||c.x.example^$dnsrewrite=192.0.2.2',
      '@@||d.x.example^',
      '||goo.example^$dnsrewrite=forcesafe.goo.example',
    ].join('\n'),
    answers: {
      'a.x.example': 'A 192.0.2.1',
      'b.x.example': 'A 192.0.2.1',
      'c.x.example': 'A 192.0.2.2, A 192.0.2.1',
      'd.x.example': 'allowed',
      'www.goo.example': 'CNAME forcesafe.goo.example',
      'forcesafe.goo.example': 'UP',
    },
  },
  {
    when: 'rules are taken away by $badfilter',
    format: 'adguard',
    text: [
      '||a.example^$badfilter',
      '||a.example^',
      '@@||b.example^',
      '@@||b.example^$badfilter',
      '||b.example^',
      '||c.example^$important',
      '||c.example^$badfilter',
      '/ads/',
      '/ads/$badfilter',
    ].join('\n'),
    answers: { 'a.example': 'UP', 'b.example': 'blocked', 'c.example': 'blocked', 'ads.example': 'UP' },
  },
];

for (const { when, format, text, answers } of CASES) {
  t.test(`${format}: ${when}`, async (t) => {
    const answer = answering({ list: { format, text } });
    for (const [query, wanted] of Object.entries(answers)) {
      const [name = '', type = 'A'] = query.split(' ');
      t.equal(answer(name, type), wanted, query);
    }
  });
}

t.test('of the policy zones of one list the first that has a name decides', async (t) => {
  const zone = (text: string) => ({ format: 'rpz', text }) as const;
  const one = answering({
    list: { sources: [zone('y.x.example CNAME .'), zone('*.x.example CNAME rpz-passthru.')] },
  });
  t.equal(one('y.x.example'), 'nxdomain');
  t.equal(one('z.x.example'), 'allowed');
  const two = answering({
    list: { sources: [zone('*.x.example A 192.0.2.1'), zone('y.x.example CNAME .\nz.example CNAME *.')] },
  });
  t.equal(two('y.x.example'), 'A 192.0.2.1');
  t.equal(two('z.example'), 'nodata');
  const root = answering({ list: { sources: [zone('* CNAME *.'), zone('a.example CNAME rpz-passthru.')] } });
  t.equal(root('a.example'), 'nodata', 'a rule about every name is one of its zone');
});

t.test('between lists an exception counts at any depth', async (t) => {
  const answer = answering({
    one: { format: 'rpz', text: 'y.x.example CNAME .' },
    two: { format: 'rpz', text: '*.x.example CNAME rpz-passthru.' },
    three: { format: 'dnsmasq', text: 'address=/bad.example/\nserver=/ok.bad.example/#' },
    four: { format: 'domains', text: 'a.ok.bad.example' },
  });
  t.equal(answer('y.x.example'), 'allowed');
  t.equal(answer('ok.bad.example'), 'UP');
  t.equal(answer('a.ok.bad.example'), 'blocked', 'what one file lets through another may block');
});

t.test('a list takes rules away from all of its sources, and from no other list', async (t) => {
  const rules = (...lines: string[]) => ({ format: 'adguard', text: lines.join('\n') }) as const;
  const answer = answering({
    one: { sources: [rules('||a.example^', '||b.example^'), rules('||a.example^$badfilter')] },
    two: rules('||b.example^$badfilter', '||c.example^'),
  });
  t.equal(answer('a.example'), 'UP');
  t.equal(answer('b.example'), 'blocked');
});

/** A random file of one program and what the program makes of it. */
interface World {
  readonly text: string;
  readonly answer: (name: string, type: 'A' | 'AAAA') => string;
}

const WORLDS: readonly { readonly format: FormatName; readonly makeWorld: (seed: number) => World }[] = [
  {
    format: 'rpz',
    makeWorld: (seed) => {
      const zone = randomRpz(seed);
      return { text: zone.text, answer: rpzModel(zone) };
    },
  },
  {
    format: 'unbound',
    makeWorld: (seed) => {
      const file = randomUnbound(seed);
      return { text: file.text, answer: unboundModel(file) };
    },
  },
  {
    format: 'dnsmasq',
    makeWorld: (seed) => {
      const file = randomDnsmasq(seed);
      return { text: file.text, answer: dnsmasqModel(file) };
    },
  },
];

for (const { format, makeWorld } of WORLDS) {
  t.test(`random ${format} files are evaluated as a plain reading of the program's rules`, async (t) => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 120; seed++) {
      const { text, answer: wanted } = makeWorld(seed);
      const answer = answering({ list: { format, text } });
      const random = makeRandom(seed + 5000);
      for (let asked = 0; asked < 120; asked++) {
        const name = Array.from({ length: 1 + random(4) }, () => 'abcd'[random(4)]).join('.');
        for (const type of ['A', 'AAAA'] as const) {
          const got = answer(name, type);
          const right = wanted(name, type);
          seen.set(right.slice(0, 4), (seen.get(right.slice(0, 4)) ?? 0) + 1);
          if (got === right) continue;
          t.equal(got, right, `seed ${seed}: ${name} ${type} in\n${text}`);
          return;
        }
      }
    }
    t.ok(seen.size >= 4 && Math.min(...seen.values()) > 20, JSON.stringify([...seen]));
  });
}
