import t from 'tap';
import { CaughtUp } from '../../../src/web/live/caught-up.ts';
import { toldQuery } from '../../support/memory-history.ts';

t.test('a live query was told where the store had one like it, each once', (t) => {
  const caught = new CaughtUp();
  const query = toldQuery({ name: 'a.example', unixMs: 5 });
  t.notOk(caught.hasTold(query), 'nothing was told');
  caught.add(query);
  caught.add({ ...query, id: 77 });
  t.ok(caught.hasTold({ ...query, id: 1 }), 'whatever its id');
  t.notOk(caught.hasTold({ ...query, unixMs: 6 }));
  t.notOk(caught.hasTold({ ...query, name: 'b.example' }));
  t.notOk(caught.hasTold({ ...query, type: 'AAAA' }));
  t.notOk(caught.hasTold({ ...query, client: { address: '192.0.2.99' } }));
  t.ok(caught.hasTold(query), 'the second one');
  t.notOk(caught.hasTold(query), 'a third one is new');
  t.end();
});
