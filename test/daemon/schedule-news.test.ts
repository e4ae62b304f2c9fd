// Schedules in a whole service on a clock that the test moves: at the very edge, and with a clock that is wrong.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import { parsePrepared } from '../../src/assembly/parse-prepared.ts';
import { ScheduleNews } from '../../src/daemon/schedule-news.ts';
import { Service } from '../../src/daemon/service.ts';
import { ownBinder } from '../../src/listeners/sockets/binder.ts';
import { PLAIN_IO } from '../../src/listeners/udp/udp-io.ts';
import { WEEKDAYS } from '../../src/schedules/schedule.ts';
import { Timetable } from '../../src/schedules/timetable.ts';
import { openZone } from '../../src/time/zone.ts';
import { ask, openHouse, until } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { readMessage } from '../support/message-reader.ts';
import { writeQuery } from '../support/message-writer.ts';

const POLICIES = `policies:
  open: {}
  kids:
    block: { lists: [ads] }
    schedules:
${Array.from({ length: 10 }, (_, index) => `      - { name: s${index}, from: "12:${String(2 * index + 1).padStart(2, '0')}", to: "12:${String(2 * index + 2).padStart(2, '0')}", block: everything }`).join('\n')}`;

const NOON_MS = Date.parse('2040-01-02T12:00Z');
const MINUTE_MS = 60_000;

/** A clock that goes as time does, from wherever it is set to. */
class SetClock {
  #offsetMs = 0;
  readonly now = (): number => performance.now() + this.#offsetMs;

  set(unixMs: number): void {
    this.#offsetMs = unixMs - performance.now();
  }
}

async function serve(t: Test, house: House, clock: SetClock) {
  house.configure({ policies: POLICIES, server: 'server: { state: state, time_zone: UTC }' });
  const events: string[] = [];
  const note = (fields: Record<string, unknown>): void => void events.push(String(fields['event']));
  const service = new Service(await parsePrepared(house.file, () => undefined), {
    log: { info: note, warn: note, error: note },
    binder: ownBinder,
    udpIo: PLAIN_IO,
    readLinks: () => Promise.resolve([]),
    unixMs: clock.now,
  });
  t.teardown(() => service.stop());
  await service.start();
  await service.updates.run();
  return { service, events };
}

/** Whether kids may have a name then: in every second minute they may not. */
function mayAt(unixMs: number): boolean {
  return Math.floor((unixMs - NOON_MS) / MINUTE_MS) % 2 === 0;
}

interface Scene {
  readonly house: House;
  readonly clock: SetClock;
  readonly service: Service;
}

/** Asks as fast as it is answered, while the clock passes an edge; gives how often, and what was wrong. */
async function askAcross({ house, clock, service }: Scene, edgeMs: number) {
  const socket = createSocket('udp4');
  socket.bind(0, house.kids.source);
  await once(socket, 'listening');
  const sent = new Map<number, number>();
  const wrong: string[] = [];
  let answered = 0;
  socket.on('message', (bytes) => {
    const [got, askedMs] = [clock.now(), sent.get(bytes.readUInt16BE(0)) ?? 0];
    const reply = readMessage(bytes);
    const isGiven = reply.rcode === 'NOERROR';
    const ttl = Math.max(0, ...[...reply.answer, ...reply.authority].map((record) => record.ttl));
    answered++;
    if (isGiven !== mayAt(askedMs) && isGiven !== mayAt(got))
      wrong.push(`${reply.rcode} to what was asked at ${askedMs - edgeMs} ms from the edge`);
    // What is as before the edge was answered before it.
    const isBefore = askedMs < edgeMs && isGiven === mayAt(edgeMs - 1);
    if (isBefore && askedMs + ttl * 1000 > edgeMs) wrong.push(`a TTL of ${ttl} s past the edge`);
    sent.delete(bytes.readUInt16BE(0));
  });
  let id = 0;
  clock.set(edgeMs - 40);
  // The time of queries may be 10 ms old, and is not meant to be of a minute before.
  service.query.clock.read();
  while (clock.now() < edgeMs + 40 || sent.size > 0) {
    if (clock.now() < edgeMs + 40 && sent.size < 16) {
      id = (id + 1) % 65_536;
      sent.set(id, clock.now());
      const query = writeQuery({ id, questions: [{ name: 'video.example', type: 'A' }] });
      socket.send(query, house.kids.port, house.kids.address);
    }
    await turn();
  }
  socket.close();
  return { answered, wrong };
}

t.test(
  'over twenty edges no answer is one of the other side, and none has a TTL past its edge',
  async (t) => {
    const house = await openHouse(t);
    const clock = new SetClock();
    clock.set(NOON_MS);
    const { events, service } = await serve(t, house, clock);
    t.match(await ask(house.kids, 'video.example'), /^NOERROR/, 'and is cached from now on');
    const { generation } = service.serving;
    let answered = 0;
    for (let minute = 1; minute <= 20; minute++) {
      const across = await askAcross({ house, clock, service }, NOON_MS + minute * MINUTE_MS);
      t.strictSame(across.wrong, [], `minute ${minute}`);
      answered += across.answered;
    }
    t.ok(answered > 200, `${answered} answers`);
    t.equal(service.serving.generation, generation + 20, 'the state changed at each edge, once');
    t.equal(events.filter((event) => event === 'schedule_begins').length, 10);
    t.equal(events.filter((event) => event === 'schedule_ends').length, 10);
  },
);

t.test('a clock that is wrong is told, and what it held ends by itself once it is right', async (t) => {
  const house = await openHouse(t);
  const clock = new SetClock();
  clock.set(Date.parse('2020-01-01T00:00Z'));
  const { events, service } = await serve(t, house, clock);
  t.match(
    service.clockFault,
    /^the clock of this machine shows 2020-01-01T.*every schedule holds until it is set right/,
  );
  t.match(await ask(house.kids, 'video.example'), /^NXDOMAIN/);
  t.match(await ask(house.servers, 'video.example'), /^NOERROR/);
  clock.set(NOON_MS);
  t.ok(await until(async () => (await ask(house.kids, 'video.example')).startsWith('NOERROR')));
  t.equal(service.clockFault, undefined);
  t.strictSame(
    events.filter((event) => event.startsWith('clock_')),
    ['clock_wrong', 'clock_right'],
  );
  clock.set(NOON_MS + 1.5 * MINUTE_MS);
  t.ok(
    await until(async () => (await ask(house.kids, 'video.example')).startsWith('NXDOMAIN')),
    'a jump over an edge',
  );
});

t.test('of schedules that hold at once each beginning and each end is told', async (t) => {
  const timetable = new Timetable(await openZone('UTC'));
  const daily = (name: string, from: number, to: number) =>
    ({
      name,
      days: new Set(WEEKDAYS),
      fromMinutes: from * 60,
      toMinutes: to * 60,
      except: new Set<number>(),
    }) as const;
  const schedules = [daily('school', 8, 14), daily('lunch', 12, 13)];
  const told: unknown[] = [];
  const note = ({ event, schedule }: Record<string, unknown>): void =>
    void told.push(`${String(event)} ${String(schedule)}`);
  const news = new ScheduleNews(t.testdir(), { info: note, warn: note, error: note });
  for (const hour of [7, 9, 12, 12.5, 13, 14]) {
    const unixMs = Date.parse('2040-01-02T00:00Z') + hour * 60 * MINUTE_MS;
    const policies = new Map([['kids', timetable.stateAt(schedules, unixMs)]]);
    news.tell({ zone: timetable.zone, unixMs, isClockWrong: false, policies });
  }
  t.strictSame(told, [
    'schedule_begins school',
    'schedule_begins lunch',
    'schedule_ends lunch',
    'schedule_ends school',
  ]);
});
