import t from 'tap';
import {
  ALLOW,
  BELOW,
  BLOCK,
  EXACT,
  IMPORTANT,
  isAbout,
  isAllow,
  isImportant,
  kindOfMember,
  kindToText,
  sourceOfMember,
  SUBTREE,
  toMember,
} from '../../src/blocklists/rule.ts';

t.test('a kind says which names it is about, what it does and how it ranks', async (t) => {
  const cases: [kind: number, number: number, itself: boolean, below: boolean, text: string][] = [
    [BLOCK | EXACT, 0, true, false, 'block'],
    [ALLOW | EXACT, 1, true, false, 'allow'],
    [BLOCK | SUBTREE, 2, true, true, 'block subtree'],
    [ALLOW | SUBTREE, 3, true, true, 'allow subtree'],
    [BLOCK | BELOW, 4, false, true, 'block below'],
    [ALLOW | BELOW | IMPORTANT, 13, false, true, 'allow below important'],
    [BLOCK | EXACT | IMPORTANT, 8, true, false, 'block important'],
  ];
  for (const [kind, number, itself, below, text] of cases) {
    t.equal(kind, number, `${text} has a number that images keep`);
    t.equal(isAbout(kind, true), itself, `${text}, the name itself`);
    t.equal(isAbout(kind, false), below, `${text}, a name below`);
    t.equal(isAllow(kind), text.startsWith('allow'), text);
    t.equal(isImportant(kind), text.endsWith('important'), text);
    t.equal(kindToText(kind), text);
  }
});

t.test('a member of a set gives back its source and kind', async (t) => {
  for (const source of [0, 1, 65_534]) {
    for (const kind of [0, 7, 15]) {
      const member = toMember(source, kind);
      t.same([sourceOfMember(member), kindOfMember(member)], [source, kind]);
    }
  }
});
