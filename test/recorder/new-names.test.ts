import t from 'tap';
import { NewNames } from '../../src/recorder/new-names.ts';

t.test('sixty names a minute are told, and of the rest how many', (t) => {
  const told: string[] = [];
  let nowMs = 5;
  const names = new NewNames(
    (message) => told.push(message),
    () => nowMs,
  );
  const add = (count: number): void => {
    for (let i = 0; i < count; i++) names.add({ vlan: 'cameras', name: `n${i}.example`, unixMs: 0 });
  };
  add(2);
  t.equal(told[1], 'VLAN cameras asked for n1.example, which it had not asked for before');
  add(100);
  t.equal(told.length, 60);
  names.look();
  t.equal(told.length, 60, 'not before the minute is over');
  nowMs += 60_000;
  names.look();
  t.match(told[60], /^42 more names were asked for the first time; vlandns log --first/);
  add(1);
  t.equal(told.length, 62);
  nowMs += 60_000;
  names.look();
  t.equal(told.length, 62, 'where all were told nothing is added');
  t.end();
});
