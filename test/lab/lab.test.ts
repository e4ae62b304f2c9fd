// The lab as a test: nothing lost on VLANs that are not touched, and those that are come back. How fast is for `npm run lab`.
import t from 'tap';
import { whyNoLab } from './household.ts';
import { runLab } from './run-lab.ts';

t.setTimeout(400_000);

const why = whyNoLab();

t.test(
  'a household keeps its DNS whatever happens to its links',
  { skip: why === undefined ? false : `the lab ${why}`, timeout: 400_000 },
  async (t) => {
    await runLab((trial, rows, missing) => {
      if (missing !== undefined) t.pass(trial, { skip: `${missing} is not installed` });
      for (const { tried, vlan, fault, sent } of rows) {
        t.ok(sent > 0, `${tried}: ${vlan} was tried`);
        t.equal(fault, undefined, `${tried}: ${vlan}`);
      }
    });
  },
);
