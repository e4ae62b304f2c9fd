// Edges of schedules and of grants, and no reply that holds on the other side of one: not at the edge, and not in anybody's cache.
// Twenty of them at 5,000 questions a second are for `npm run edges`.
import t from 'tap';
import { runEdges } from './run-edges.ts';

t.test('what begins or ends at an edge does so for every question', async (t) => {
  const around = [
    { fromMs: -31_150, lastsMs: 150 },
    { fromMs: -2150, lastsMs: 150 },
    { fromMs: -200, lastsMs: 400 },
  ];
  const judged = await runEdges(t, { edges: 6, perSecond: 2000, around });
  for (const [vlan, { sent, answered, atEdge, wrong, faults }] of Object.entries(judged)) {
    t.equal(wrong, 0, `VLAN ${vlan}: ${wrong} of ${answered} replies were wrong\n${faults.join('\n')}`);
    // A machine that has other things to do loses some.
    t.ok(
      answered > sent / 2 && atEdge > 0,
      `VLAN ${vlan}: ${answered} of ${sent} were judged, ${atEdge} at an edge`,
    );
  }
});
