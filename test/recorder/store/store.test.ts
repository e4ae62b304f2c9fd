import { statSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { FLAG } from '../../../src/querylog/record-layout.ts';
import { openStore } from '../../../src/recorder/store/store.ts';
import { STEP } from '../../../src/server/step.ts';
import { VERDICT } from '../../../src/policy/judge.ts';
import { NOON, SETTINGS, newTeller, shortFolder, toBatch } from '../../support/log-stand.ts';

t.test('a query is told as it was recorded, after the log was closed and opened', async (t) => {
  const folder = shortFolder(t);
  const first = await openStore(folder, SETTINGS, newTeller());
  const blocked = { step: STEP.BLOCKED, verdict: VERDICT.BLOCKED_BY_LIST, flags: FLAG.BLOCKED | FLAG.STREAM };
  await first.add(
    toBatch([
      {
        unixMs: NOON,
        name: 'www.example.com',
        client: '192.0.2.7',
        entry: 0,
        set: 0,
        server: 1,
        waitedUs: 2500,
        flags: 0,
      },
      {
        unixMs: NOON + 5,
        name: 'a.ads.example',
        client: '2001:db8::7',
        qtype: 28,
        vlan: 1,
        reason: 1,
        depth: 2,
        error: 15,
        ...blocked,
      },
    ]),
  );
  await first.close();
  const told = newTeller();
  const second = await openStore(folder, SETTINGS, told);
  const { queries } = await second.page({}, { limit: 10 });
  const [{ id: newer, ...other }, { id: older, ...one }] = [queries[0]!, queries[1]!];
  t.ok(newer > older);
  t.strictSame(JSON.parse(JSON.stringify(one)), {
    unixMs: NOON,
    client: { address: '192.0.2.7', name: 'laptop' },
    name: 'www.example.com',
    waitedUs: 2500,
    vlan: 'home',
    policy: 'adults',
    type: 'A',
    rcode: 'NOERROR',
    step: 'passed',
    blocked: false,
    upstream: 'default',
    server: '192.0.2.54',
    cached: false,
    stale: false,
    transport: 'udp',
  });
  t.strictSame(JSON.parse(JSON.stringify(other)), {
    unixMs: NOON + 5,
    client: { address: '2001:db8::7' },
    name: 'a.ads.example',
    waitedUs: 0,
    vlan: 'iot',
    policy: 'adults',
    type: 'AAAA',
    rcode: 'NOERROR',
    step: 'blocked',
    blocked: true,
    reason: {
      kind: 'list',
      source: 'ads, trackers',
      text: 'Blocked by the lists ads, trackers',
      rule: 'ads.example',
    },
    error: 15,
    cached: false,
    stale: false,
    transport: 'tcp',
  });
  t.strictSame(told.warnings, []);
  await second.close();
});

t.test('nobody but its owner can read the file', async (t) => {
  const folder = shortFolder(t);
  const store = await openStore(folder, SETTINGS, newTeller());
  await store.add(toBatch([{ unixMs: NOON }]));
  for (const name of ['querylog.db', 'querylog.db-journal', 'querylog.db.owner'])
    t.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
  await store.close();
});

t.test('a log that is open is not opened again', async (t) => {
  const folder = shortFolder(t);
  const store = await openStore(folder, SETTINGS, newTeller());
  await t.rejects(openStore(folder, SETTINGS, newTeller()), /is open in another process/);
  await store.close();
  const next = await openStore(folder, SETTINGS, newTeller());
  await next.close();
});
