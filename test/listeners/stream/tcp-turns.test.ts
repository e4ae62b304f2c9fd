// The turns of connections: who is answered when, and how long at a stretch.
import { setImmediate as nextTurn } from 'node:timers/promises';
import t from 'tap';
import type { TurnTaker } from '../../../src/listeners/stream/tcp-turns.ts';
import { TcpTurns } from '../../../src/listeners/stream/tcp-turns.ts';

/** A clock that moves as takers work, and what they did on it. */
function openTurns(): {
  turns: TcpTurns;
  done: string[];
  taker: (name: string, turns: number, ms: number) => TurnTaker;
} {
  const done: string[] = [];
  let nowMs = 0;
  return {
    turns: new TcpTurns(() => nowMs),
    done,
    taker: (name, turns, ms) => {
      let left = turns;
      return {
        takeTurn: () => {
          done.push(name);
          nowMs += ms;
          return --left > 0;
        },
      };
    },
  };
}

t.test('connections take turns one after another, however much each has to be answered', async (t) => {
  const { turns, done, taker } = openTurns();
  turns.want(taker('a', 4, 0.01));
  turns.want(taker('b', 2, 0.01));
  turns.want(taker('c', 1, 0.01));
  t.strictSame(done, [], 'not before what else is ready has been looked at');
  await nextTurn();
  t.equal(done.join(''), 'abcabaa');
});

t.test('after a bounded time the event loop has its turn, and it goes on where it was', async (t) => {
  const { turns, done, taker } = openTurns();
  turns.want(taker('a', 3, 0.2));
  turns.want(taker('b', 3, 0.2));
  turns.want(taker('c', 1, 0.2));
  await nextTurn();
  t.equal(done.join(''), 'abc', 'half a millisecond is over');
  await nextTurn();
  t.equal(done.join(''), 'abcaba');
  await nextTurn();
  t.equal(done.join(''), 'abcabab');
  await nextTurn();
  t.equal(done.length, 7);
});

t.test('one VLAN has its turn beside another that never ends', async (t) => {
  const { turns, done, taker } = openTurns();
  const others = openTurns();
  turns.want(taker('a', 1000, 5));
  for (let i = 0; i < 3; i++) {
    others.turns.want(others.taker('b', 1, 0.01));
    await nextTurn();
    t.equal(done.length, i + 1);
    t.equal(others.done.length, i + 1);
  }
});

t.test('who wants a turn twice has one', async (t) => {
  const { turns, done, taker } = openTurns();
  const a = taker('a', 1, 0);
  turns.want(a);
  turns.want(a);
  await nextTurn();
  t.equal(done.join(''), 'a');
});
