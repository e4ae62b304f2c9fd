// Upstream sets and their numbers, under which answers are cached: what a number stands for, it stands for as long as we run.
import t from 'tap';
import type { UpstreamSet as SetConfig } from '../../../src/config/config.ts';
import { UpstreamRegistry } from '../../../src/daemon/upstreams/upstream-registry.ts';

const newRegistry = (): UpstreamRegistry =>
  new UpstreamRegistry({ now: () => 0, ttlLimits: { minSeconds: 0, maxSeconds: 0, negativeSeconds: 0 } });

const set = (address: string, { line = 1, name = 'default' } = {}): SetConfig => ({
  name,
  strategy: 'fastest',
  servers: [{ kind: 'udp', address, port: 53, text: address, at: { line, column: 1 } }],
  at: { line, column: 1 },
});

t.test('a set keeps its number for as long as it is asked at the same servers', (t) => {
  const registry = newRegistry();
  const first = registry.draft([set('192.0.2.1')]);
  registry.adopt(first);
  const again = registry.draft([set('192.0.2.1', { line: 9 })]);
  t.strictSame(again.numbers, first.numbers, 'where it is written does not matter');
  t.equal(again.sets.get(0), first.sets.get(0), 'and it is the very set');
  const other = registry.draft([set('192.0.2.2')]);
  t.notSame(other.numbers, first.numbers);
  registry.adopt(other);
  const back = registry.draft([set('192.0.2.1')]);
  t.strictSame(back.numbers, first.numbers, 'it comes back under its number');
  t.not(back.sets.get(0), first.sets.get(0), 'as a new set');
  registry.close();
  t.end();
});

t.test('a draft that is not adopted leaves what is in effect as it is', (t) => {
  const registry = newRegistry();
  const inEffect = registry.draft([set('192.0.2.1'), set('192.0.2.2', { name: 'other' })]);
  registry.adopt(inEffect);
  registry.draft([set('192.0.2.3')]);
  const now = registry.draft([set('192.0.2.1'), set('192.0.2.2', { name: 'other' })]);
  t.strictSame(now.numbers, inEffect.numbers);
  for (const [number, one] of inEffect.sets) t.equal(now.sets.get(number), one, `set ${number}`);
  registry.close();
  t.end();
});

t.test('a number is never given to two sets, whatever is proposed, adopted and refused', (t) => {
  const registry = newRegistry();
  const meaning = new Map<number, string>();
  let seed = 12;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (let round = 0; round < 500; round++) {
    const names = ['a', 'b', 'c'].slice(0, 1 + random(3));
    const draft = registry.draft(names.map((name) => set(`192.0.2.${random(30)}`, { name })));
    for (const [number, identity] of draft.identities) {
      const said = JSON.stringify(identity);
      if ((meaning.get(number) ?? said) !== said)
        t.fail(`number ${number} is ${said}, and was ${meaning.get(number)}`);
      meaning.set(number, said);
    }
    t.equal(new Set(draft.numbers.values()).size, names.length, 'each set has a number of its own');
    if (random(2) === 0) registry.adopt(draft);
  }
  t.ok(meaning.size > 90, `of ${meaning.size} numbers`);
  registry.close();
  t.end();
});
