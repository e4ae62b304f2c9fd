// People let through what they were told of, and nothing that came since.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { HeldCopy } from '../../src/lists/store/held-copies.ts';
import { ToldHolds } from '../../src/lists/told-holds.ts';

t.test('what is held is as told until it is another copy, or held for another reason', async (t) => {
  const file = join(t.testdir({ copy: 'one\n' }), 'copy');
  const held = (reason: string): HeldCopy => ({
    copy: { state: 'new', file, octets: 4, validators: { etag: undefined, lastModified: undefined } },
    reason,
    judgedUnder: '',
    fetchedAtMs: Date.now(),
  });
  const now = new Map<string, HeldCopy>([['ads', held('it shrank')]]);
  const told = new ToldHolds((source) => now.get(source));
  t.equal(await told.isAsTold('ads'), true, 'nothing was told that it could differ from');
  await told.tell(['ads', 'more']);
  t.equal(await told.isAsTold('ads'), true);
  now.set('ads', held('it shrank'));
  t.equal(await told.isAsTold('ads'), true, 'judged again and found the same');
  writeFileSync(file, 'another\n');
  t.equal(await told.isAsTold('ads'), false, 'another copy');
  await told.tell(['ads']);
  t.equal(await told.isAsTold('ads'), true);
  now.set('ads', held('it would block example.org'));
  t.equal(await told.isAsTold('ads'), false, 'another reason');
  now.set('more', held('it shrank'));
  t.equal(await told.isAsTold('more'), false, 'held since it was told that nothing is');
});
