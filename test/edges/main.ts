// npm run edges [-- --edges N] [--rate N]: what is answered around the edges of schedules and of grants, 5,000 questions a second
// over twenty edges unless said otherwise. Status 1 where a reply was wrong, or a question was lost.
import { parseArgs } from 'node:util';
import t from 'tap';
import { runEdges } from './run-edges.ts';

const { values } = parseArgs({
  options: {
    edges: { type: 'string', default: '20' },
    rate: { type: 'string', default: '5000' },
  },
});

t.setTimeout(0);

t.test('edges', { timeout: 0 }, async (t) => {
  const around = [
    { fromMs: -31_150, lastsMs: 500 },
    { fromMs: -3000, lastsMs: 4500 },
  ];
  const judged = await runEdges(t, { edges: Number(values.edges), perSecond: Number(values.rate), around });
  for (const [vlan, { faults, wrong, ...figures }] of Object.entries(judged)) {
    t.equal(wrong, 0, `VLAN ${vlan}: ${wrong} wrong\n${faults.join('\n')}`);
    t.equal(figures.answered, figures.sent, `VLAN ${vlan}: ${JSON.stringify(figures)}`);
  }
});
