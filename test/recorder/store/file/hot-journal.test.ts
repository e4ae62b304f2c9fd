import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { seededRandom } from '../../../../bench/names/seeded-random.ts';
import { undoHotJournal } from '../../../../src/recorder/store/file/hot-journal.ts';
import { openStore } from '../../../../src/recorder/store/store.ts';
import { RECORDS, nameOf, writeUntilKilled } from '../../../support/killed-writer.ts';
import { SETTINGS, newMeaning, newTeller, shortFolder, toBatch } from '../../../support/log-stand.ts';

/** How often a writer is killed; `KILLS=100` for longer. */
const KILLS = Number(process.env['KILLS'] ?? 8);

t.test(
  'a writer that is killed at any moment loses nothing that it had said to be kept, and no batch in part',
  async (t) => {
    const folder = shortFolder(t);
    const random = seededRandom(9);
    let next = 1;
    let hot = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const told = await writeUntilKilled(folder, { from: next, settings: SETTINGS, forMs: random() * 150 });
      const journal = path.join(folder, 'querylog.db-journal');
      if (existsSync(journal) && statSync(journal).size > 0) hot++;
      const teller = newTeller();
      const store = await openStore(folder, SETTINGS, teller);
      const { queries, fault } = await store.figures();
      const batches = queries / RECORDS;
      if (batches < told || !Number.isInteger(batches))
        t.fail(`${told} batches were kept, and ${batches} are there`);
      t.strictSame([fault, teller.warnings], [undefined, []]);
      const last = await store.page({ name: nameOf(batches) }, { limit: RECORDS * 2 });
      t.equal(last.queries.length, RECORDS, 'the last batch is whole, and there once');
      await store.add(
        toBatch([{ unixMs: Date.now() }], { session: 'killed', sequence: batches, meaning: newMeaning() }),
      );
      t.equal(store.counts.again, 1, 'the last batch, sent again, is kept once');
      await store.close();
      next = batches + 1;
    }
    t.comment(`${hot} of ${KILLS} kills left a transaction half written`);
    t.ok(next > KILLS);
  },
);

t.test('without a journal, or with one that says nothing, the file is left as it is', (t) => {
  const folder = shortFolder(t);
  t.equal(undoHotJournal(path.join(folder, 'none.db')), undefined);
  t.end();
});
