// The page of a daemon that root starts, in a network namespace of its own: on a port that only root may bind, by a process that is nobody.
import t from 'tap';
import type { Daemon } from '../support/house.ts';
import { until } from '../support/house.ts';
import { policies, recorderOf } from '../support/logging-house.ts';
import { asRoot, inside, openRootHouse, rootSections, serveInside, uidOf } from '../support/root-house.ts';
import { unprivileged } from '../support/unprivileged.ts';

/** Sections of a house in which nothing is logged, with the page at a port. */
const pageAt = (port: number): Record<string, string> => ({
  querylog: '',
  lists: '',
  policies: policies('off'),
  web: `web: { listen: "127.0.40.1:${port}" }`,
});

/** The status that a request for the API's own state is answered with from inside the namespace. */
function askPage(daemon: Daemon, port: number): string {
  const program = `require('http').get({ host: '127.0.40.1', port: ${port}, path: '/api/v1/session' }, (response) => {
    console.log(response.statusCode); process.exit();
  }).on('error', (error) => { console.log(error.code); process.exit(); });`;
  return inside(daemon.pid, [process.execPath, '-e', program]).trim();
}

const isServed = (daemon: Daemon, where: string): Promise<boolean> =>
  until(async () => (await daemon.status()).web?.listening.includes(where) === true);

t.test('as root: the page has a port of root, and its process no rights', asRoot, async (t) => {
  const house = await openRootHouse(t);
  rootSections(house, pageAt(443));
  const daemon = await serveInside(t, house);
  const recorder = await recorderOf(daemon);
  t.equal(uidOf(recorder), String(unprivileged()?.uid));
  t.ok(await isServed(daemon, 'http://127.0.40.1:443'));
  t.equal(askPage(daemon, 443), '200');
  t.match((await daemon.status()).web, { state: 'serving', faults: [] });

  rootSections(house, pageAt(444));
  t.match(await daemon.reload(), { reloaded: true });
  t.ok(await isServed(daemon, 'http://127.0.40.1:444'));
  t.equal(askPage(daemon, 444), '200');
  t.equal(askPage(daemon, 443), 'ECONNREFUSED', 'the old port is free');

  process.kill(recorder, 'SIGKILL');
  await recorderOf(daemon, recorder);
  t.ok(await isServed(daemon, 'http://127.0.40.1:444'), 'the next process has it too');
  t.equal(askPage(daemon, 444), '200');

  rootSections(house, { ...pageAt(444), web: '' });
  t.match(await daemon.reload(), { reloaded: true });
  t.ok(await until(() => askPage(daemon, 444) === 'ECONNREFUSED'), 'without the section nobody listens');
  t.equal((await daemon.status()).web, undefined);
});
