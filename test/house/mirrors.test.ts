// Tests mirror their modules: test/FOLDER/NAME.test.ts is about src/FOLDER/NAME.ts (or bench/NAME.ts). What is about more than one
// module stands here, each with what it is about.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { ROOT } from '../support/source-tree.ts';

/** Folders of tests that start the whole, or are about the tree. */
const WHOLE: Readonly<Record<string, string>> = {
  browser: 'the page, in a real browser',
  attack: 'what one client can do to another VLAN',
  edges: 'the seconds at which schedules and grants begin and end',
  'end-to-end': 'the real process with real clients and servers',
  faults: 'faults that the suite has to find',
  house: 'what holds for all sources',
  lab: 'a household of network namespaces',
  'list-servers': 'lists beside the servers that they come from',
  packaging: 'what is installed beside the program: documents, services, the container',
};

/** Single tests about several modules. */
const SEVERAL: Readonly<Record<string, string>> = {
  'answers/message-cost': 'what reading one message costs, whoever reads it',
  'bench/names': 'the names and the workload of the bench',
  'bench/readings': 'what the bench reads of other programs',
  'blocklists/formats/excerpts': 'all formats on excerpts of real lists',
  'blocklists/formats/hostile-lists': 'all formats on texts that are no lists',
  'blocklists/parse-cost': 'what reading a list costs, in any format',
  'daemon/reload': 'each stage of a reload, made to fail',
  'cli/commands': 'all commands, as people run them',
  'config/many-faults': 'the reader and the command, on files that are wrong everywhere',
  'config/read-cost': 'what reading a configuration costs, whichever key is long',
  'config/values/quantities': 'durations, sizes, fractions, and the nearest word: one table each',
  'dns/messages': 'queries, records and numbers of whole messages',
  'dns/names': 'name-view, name-text and name-table, against one plain model',
  'doctor/findings': 'each finding of findings/, by its table of cases',
  'doctor/parsers': 'each parser of parsers/, by captures and by garbage',
  'listeners/allocation': 'what each kind of listener allocates for a query',
  'listeners/vlans/vlan-namespace': 'listeners and links, on real interfaces',
  'explain/decisions': 'decisions of whole configurations, against a plain model',
  'lists/lists': 'what is told of lists, from one state folder',
  'policy/lists/list-verdicts': 'the judge with lists, against a plain model',
  'policy/lists/zone-verdicts': 'the judge with whole zones and files, against plain models',
  'policy/policy-parts': 'small parts of policy, one table each',
  'privilege/as-root': 'parent and worker, as root',
  'privilege/recorder-as-root': 'the recorder as root starts it',
  'privilege/page-as-root': 'the page on a port of root',
  'privilege/intruder': 'parent and worker, when the worker is taken over',
  'privilege/worker-session': 'launcher, pulse and bounded lines, in a real child',
  'recording/privacy': 'what of queries goes to the recorder under each mode',
  'server/allocation': 'what a known answer allocates on the whole query path',
  'server/inspection': 'the query path with answers that lead on',
  'server/query-waiting': 'the query path with upstreams that take their time',
  'server/replies/list-answers': 'from lists to replies',
  'server/replies/replies': 'the writers of replies, read back by one reader',
  'upstream/slow-servers': 'sets, servers and exchanges, when all are slow',
  'upstream/upstream-streams': 'sets and exchanges, over TCP and TLS',
  'web/api/description': 'config/openapi.json: the types behind it, the standard, and a client made of it',
};

const tests = readdirSync(path.join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .map((name) => name.split(path.sep).join('/'))
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.test.ts'.length));

/** The module that a test of this name is about. */
function moduleOf(test: string): string {
  return test.startsWith('bench/') ? `${test}.ts` : `src/${test}.ts`;
}

t.test('each test is about the module whose name it has, or is said to be about several', (t) => {
  for (const test of tests) {
    if ((test.split('/')[0] ?? '') in WHOLE || test in SEVERAL) continue;
    if (!existsSync(path.join(ROOT, moduleOf(test))))
      t.fail(
        `test/${test}.test.ts\n  there is no ${moduleOf(test)}: name it after the module that it is about, or put it into SEVERAL of test/house/mirrors.test.ts with what it is about`,
      );
  }
  t.ok(tests.length > 100, `${tests.length} tests were looked at`);
  t.end();
});

t.test('what is said to be about several modules is there, and has no module of its name', (t) => {
  for (const test of Object.keys(SEVERAL)) {
    if (!tests.includes(test)) t.fail(`test/${test}.test.ts is not there; take it out of SEVERAL`);
    if (existsSync(path.join(ROOT, moduleOf(test))))
      t.fail(`test/${test}.test.ts mirrors ${moduleOf(test)}; take it out of SEVERAL`);
  }
  for (const folder of Object.keys(WHOLE))
    if (!tests.some((test) => test.startsWith(`${folder}/`)))
      t.fail(`test/${folder} has no tests; take it out of WHOLE`);
  t.end();
});
