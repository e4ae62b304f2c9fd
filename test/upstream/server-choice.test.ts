import t from 'tap';
import { orderServers } from '../../src/upstream/server-choice.ts';
import { ServerHealth } from '../../src/upstream/server-health.ts';

interface Named {
  readonly name: string;
  readonly health: ServerHealth;
}

/** Servers by name, round trip (undefined: not measured) and whether they are down. */
function servers(...list: [name: string, roundTripMs: number | undefined, down?: 'down'][]): Named[] {
  return list.map(([name, roundTripMs, down]) => {
    const health = new ServerHealth();
    if (roundTripMs !== undefined) health.answered(roundTripMs);
    if (down !== undefined) for (let i = 0; i < 3; i++) health.failed(0);
    return { name, health };
  });
}

function names(order: readonly Named[]): string {
  return order.map(({ name }) => name).join('');
}

t.test('each strategy has its order, and what is down comes last', (t) => {
  const three = servers(['a', 30], ['b', 10], ['c', 20]);
  const half = (): number => 0.5;
  t.equal(names(orderServers(three, 'ordered', 1, half)), 'abc');
  t.equal(names(orderServers(three, 'fastest', 1, half)), 'bca');
  t.equal(names(orderServers(three, 'parallel', 1, half)), 'bca');
  t.equal(names(three), 'abc', 'the list given is left as it is');
  const unmeasured = servers(['a', 30], ['b', undefined], ['c', 20]);
  t.equal(names(orderServers(unmeasured, 'fastest', 1, half)), 'bca', 'what was never measured comes first');
  const down = servers(['a', 1, 'down'], ['b', 10], ['c', 5]);
  for (const strategy of ['ordered', 'fastest', 'parallel', 'random'] as const) {
    t.equal(names(orderServers(down, strategy, 1, half)).at(-1), 'a', strategy);
  }
  t.equal(
    names(orderServers(servers(['a', 1, 'down']), 'fastest', 20, half)),
    'a',
    'the only one is asked, down or not',
  );
  t.strictSame(orderServers([], 'fastest', 0, half), []);
  t.end();
});

t.test('fastest tries each of the others now and then', (t) => {
  const three = servers(['a', 30], ['b', 10], ['c', 20]);
  const firsts = Array.from({ length: 200 }, (_, turn) =>
    names(orderServers(three, 'fastest', turn, () => 0)).at(0),
  );
  t.ok(firsts.filter((name) => name === 'b').length >= 190);
  t.strictSame(new Set(firsts), new Set(['a', 'b', 'c']));
  t.end();
});

t.test('random gives every order', (t) => {
  const three = servers(['a', 30], ['b', 10], ['c', 20]);
  const orders = new Set<string>();
  for (const one of [0, 0.4, 0.8]) {
    for (const two of [0, 0.6]) {
      const draws = [one, two];
      orders.add(names(orderServers(three, 'random', 1, () => draws.shift() ?? 0)));
    }
  }
  t.equal(orders.size, 6);
  t.end();
});

t.test('three failures in a row make a server down, one answer brings it back', (t) => {
  const health = new ServerHealth();
  const states = [];
  for (let i = 0; i < 3; i++) {
    health.failed(0);
    states.push(health.isDown);
  }
  t.strictSame(states, [false, false, true]);
  health.answered(5);
  t.equal(health.isDown, false);
  t.equal(health.smoothedMs, 5);
  t.end();
});

t.test('probes of a server that is down come after 1, 2, 4 ... 30 seconds', (t) => {
  const health = new ServerHealth();
  t.equal(health.takeProbe(0), false, 'nobody probes what is up');
  for (let i = 0; i < 3; i++) health.failed(0);
  const probes: number[] = [];
  for (let second = 0; second < 130; second++) if (health.takeProbe(second * 1000)) probes.push(second);
  t.strictSame(probes, [1, 3, 7, 15, 31, 61, 91, 121]);
  health.answered(1);
  for (let i = 0; i < 3; i++) health.failed(200_000);
  t.equal(health.takeProbe(200_999), false);
  t.equal(health.takeProbe(201_000), true, 'after an answer the pauses begin anew');
  t.end();
});

t.test('the round trip is smoothed, and a server that was overtaken is as slow as it was waited for', (t) => {
  const health = new ServerHealth();
  health.answered(80);
  health.answered(160);
  t.equal(health.smoothedMs, 90);
  health.overtaken(50);
  t.equal(health.smoothedMs, 90);
  health.overtaken(300);
  t.equal(health.smoothedMs, 300);
  t.end();
});
