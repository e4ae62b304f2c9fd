// The built store in a process of its own, without TypeScript's loader: takes the batches of a file as often as asked for, one day
// later each time, then answers questions, and prints what that cost as JSON.
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const [built, file, folder, times] = process.argv.slice(2);
const { openStore } = await import(`${built}/store/store.js`);
const { Batch } = await import(`${built}/batch.js`);
const { KnownClients, Meaning } = await import(`${built}/meaning.js`);

const DAY_MS = 86_400_000;
const AT_ONCE = 8;
const QUESTIONS = 5;

const settings = {
  keepMs: 400 * DAY_MS,
  statisticsMs: 400 * DAY_MS,
  maxOctets: 2 ** 33,
  timeZone: 'UTC',
  firstSeen: [],
};
const say = (text) => process.stderr.write(`${text}\n`);
const tell = { warn: say, inform: say, firstSeen() {} };
const store = await openStore(folder, settings, tell);
const input = openSync(file, 'r');
const length = Buffer.alloc(4);
const pool = Array.from({ length: AT_ONCE }, () => new Uint8Array(65536));

/** The next part of the file: its length, and as many octets. */
function part(at, into) {
  if (readSync(input, length, 0, 4, at) < 4) return undefined;
  const octets = into.subarray(0, length.readUInt32LE(0));
  readSync(input, octets, 0, octets.length, at + 4);
  return octets;
}

const first = part(0, new Uint8Array(65536));
const { state, reasons, clients } = JSON.parse(Buffer.from(first).toString());
const meaning = new Meaning(state, new KnownClients());
meaning.learn({ epoch: 1, reasons });
meaning.clients.learn({ clients });

let sequence = 0;
let records = 0;
let cpuUs = 0;
let rss = 0;
for (let day = Number(times) - 1; day >= 0; day--) {
  for (let at = 4 + first.length; ;) {
    const bodies = [];
    for (const buffer of pool) {
      const body = part(at, buffer);
      if (body === undefined) break;
      const head = new DataView(body.buffer, body.byteOffset);
      head.setFloat64(0, ++sequence, true);
      head.setFloat64(16, head.getFloat64(16, true) - day * DAY_MS, true);
      bodies.push(body);
      at += 4 + body.length;
    }
    if (bodies.length === 0) break;
    const before = process.cpuUsage();
    const batches = bodies.map((body) => Batch.read('bench', meaning, body));
    await Promise.all(batches.map((batch) => store.add(batch)));
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
    for (const { count } of batches) records += count;
    rss = Math.max(rss, process.memoryUsage.rss());
  }
}
closeSync(input);

const now = Date.now();
const [newest] = (await store.page({}, { limit: 1 })).queries;
const [most] = await store.top('names', {}, 1);
const questions = {
  log: () => store.page({}, { limit: 100 }),
  'log VLAN --blocked': () => store.page({ vlan: 'kids', blocked: true }, { limit: 100 }),
  'log CLIENT': () => store.page({ client: 'device-39' }, { limit: 100 }),
  'log CLIENT, unknown': () => store.page({ client: '192.0.2.250' }, { limit: 100 }),
  'log NAME, rare': () => store.page({ name: newest.name }, { limit: 100 }),
  'log *PART*': () => store.page({ name: '*betbet*' }, { limit: 100 }),
  'top names': () => store.top('names', {}, 10),
  'top names --vlan --since 7d': () => store.top('names', { vlan: 'iot', sinceMs: now - 7 * DAY_MS }, 10),
  'top names --client': () => store.top('names', { client: 'device-39' }, 10),
  'top clients': () => store.top('clients', {}, 10),
  'top clients --name': () => store.top('clients', { name: most.what }, 10),
  'top lists --since 24h': () => store.top('lists', { sinceMs: now - DAY_MS }, 10),
  'statistics --per hour': () => store.statistics({}, 'hour'),
  'statistics --per day': () => store.statistics({}, 'day'),
};
const answers = {};
for (const [what, ask] of Object.entries(questions)) {
  const tries = [];
  for (let time = 0; time < QUESTIONS; time++) {
    const started = performance.now();
    await ask();
    tries.push(performance.now() - started);
  }
  answers[what] = tries.toSorted((a, b) => a - b)[QUESTIONS >> 1];
}
await store.close();
const octets = statSync(`${folder}/querylog.db`).size;
process.stdout.write(JSON.stringify({ records, octets, cpuUs, rss, answers }));
