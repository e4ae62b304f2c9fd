import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { DnstapCollector } from '../../../src/recorder/dnstap/dnstap-collector.ts';
import { CONTROL, controlFrame, DNSTAP_CONTENT } from '../../../src/recorder/dnstap/frame-streams.ts';
import { makeBatch } from '../../support/record-batch.ts';

const SETTINGS = { keepMs: 1, statisticsMs: 1, maxOctets: 1, timeZone: 'UTC', firstSeen: [] };

t.test('a collector is opened, changed and closed as settings say', async (t) => {
  // A socket's path has room for some hundred octets.
  const folder = mkdtempSync(join(tmpdir(), 'tap-'));
  const paths = ['a', 'b'].map((name) => join(folder, name));
  const servers = paths.map((path) =>
    createServer((socket) => {
      socket.once('data', () => socket.write(controlFrame(CONTROL.ACCEPT, DNSTAP_CONTENT)));
      socket.on('error', () => undefined);
    }).listen(path),
  );
  t.teardown(() => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const told: string[] = [];
  let heard = (): void => undefined;
  const note = (text: string): void => {
    told.push(text);
    heard();
  };
  const next = async (): Promise<string | undefined> => {
    while (told.length === 0) await new Promise<void>((resolve) => (heard = resolve));
    return told.shift();
  };
  const collector = new DnstapCollector({ warn: note, inform: note });
  const batch = makeBatch([{}, {}]);

  collector.apply(SETTINGS);
  t.equal(collector.isWanted, false);
  t.equal(collector.figures, undefined);

  collector.apply({ ...SETTINGS, dnstap: `unix:${paths[0]}` });
  t.equal(collector.isWanted, true);
  collector.take(batch);
  t.match(await next(), /dnstap goes to unix:.*a$/);
  collector.take(batch);
  t.strictSame(collector.figures, { isConnected: true, sent: 2, lost: 2, fault: undefined });

  collector.apply({ ...SETTINGS, dnstap: `unix:${paths[0]}` });
  t.strictSame(collector.figures?.sent, 2, 'the same again changes nothing');

  collector.apply({ ...SETTINGS, dnstap: `unix:${paths[1]}` });
  t.match(await next(), /dnstap goes to unix:.*b$/);
  collector.take(batch);
  t.match(collector.figures, { isConnected: true, sent: 4, lost: 2 });

  await collector.close();
  t.equal(collector.figures, undefined);
});
