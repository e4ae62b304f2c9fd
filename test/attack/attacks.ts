// What one client may send: each attack goes on at full rate until the process is ended. Run as a program with a plan as JSON.
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { DaemonClient } from '../../src/api/client.ts';
import { concat, u16, writeQuery } from '../support/message-writer.ts';

/** Who sends what, and where to. */
export interface AttackPlan {
  readonly attack: AttackName;
  readonly address: string;
  readonly port: number;
  /** The client's own address. */
  readonly source: string;
  /** The control socket, for those who may use it. */
  readonly control: string;
}

/** Connections that one client may have, and some more. */
const CONNECTIONS = 20;

/** How many datagrams are on their way at a time. */
const DATAGRAMS = 256;

const LONGEST_OVER_UDP = 4096;

let numbered = 0;

function ask(name: string, type = 'A'): Uint8Array {
  return writeQuery({ id: ++numbered & 0xffff, questions: [{ name, type }] });
}

/** A query with records behind its question whose owners lead through one pointer after another, as long as wanted. */
function pointers(octets: number): Uint8Array {
  const question = ask('p.example');
  const records: Uint8Array[] = [];
  let length = question.length;
  let target = 12;
  while (length + 12 <= octets) {
    const at = length;
    records.push(u16(0xc000 | target, 1, 1, 0, 0, 0));
    target = at < 0x3fff ? at : target;
    length += 12;
  }
  const message = concat(question, ...records);
  message.set(u16(records.length), 10);
  return message;
}

/** A name as long as names get, of labels of one octet, and another one each time: nothing that is remembered of it helps. */
function manyLabels(below: string): string {
  const own = String(++numbered).padStart(9, '0');
  const labels = (253 - below.length - 1 - own.length - 1) >> 1;
  return [...Array.from({ length: labels }, (_, i) => String(i % 10)), own, below].join('.');
}

/** A segment of questions, each for a name of its own. */
function freshSegment(next: () => string): Uint8Array {
  return concat(...Array.from({ length: 200 }, () => framed(ask(next()))));
}

/** Changes one thing after another at the desk, as fast as it is done. */
async function changeDesk({ control }: AttackPlan): Promise<never> {
  const client = new DaemonClient(control);
  for (;;) {
    const what = `n${++numbered & 0xff}.attack.example`;
    await client.grant({ who: 'kids', what, end: '1h', reason: undefined });
    await client.revoke({ who: 'kids', what });
  }
}

function garbage(octets: number): Uint8Array {
  return Uint8Array.from({ length: octets }, (_, i) => (i * 197 + 31) & 0xff);
}

function framed(message: Uint8Array): Uint8Array {
  return concat(u16(message.length), message);
}

/** As many frames of a message as make a segment. */
function segment(message: Uint8Array): Uint8Array {
  return concat(
    ...Array.from({ length: Math.max(1, Math.floor(65_536 / message.length)) }, () => framed(message)),
  );
}

function flood({ address, port, source }: AttackPlan, next: () => Uint8Array): void {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind(0, source, () => {
    const send = (): void => socket.send(next(), port, address, send);
    for (let i = 0; i < DATAGRAMS; i++) send();
  });
}

/** Keeps connections open and does something on each, anew where one was closed. */
function connections({ address, port, source }: AttackPlan, begin: (socket: Socket) => void): void {
  const open = (): void => {
    const socket = connect({ host: address, port, localAddress: source });
    socket.on('error', () => undefined);
    socket.on('close', () => setImmediate(open));
    socket.on('data', () => undefined);
    socket.on('connect', () => begin(socket));
  };
  for (let i = 0; i < CONNECTIONS; i++) open();
}

function pipeline(plan: AttackPlan, octets: Uint8Array): void {
  connections(plan, (socket) => {
    const send = (): void => {
      while (!socket.destroyed && socket.write(octets));
    };
    socket.on('drain', send);
    send();
  });
}

const ATTACKS = {
  // What this machine makes of a flood that the daemon has no part in: the measure of all others.
  'none, a flood beside the daemon': (plan: AttackPlan) => {
    const sink = createSocket('udp4');
    const query = ask('www.example');
    sink.bind(0, plan.source, () =>
      flood({ ...plan, address: plan.source, port: sink.address().port }, () => query),
    );
  },
  'cached names over UDP': (plan: AttackPlan) => {
    const query = ask('www.example');
    flood(plan, () => query);
  },
  'blocked names over UDP': (plan: AttackPlan) => {
    const query = ask('casino.example');
    flood(plan, () => query);
  },
  'fresh names over UDP': (plan: AttackPlan) => flood(plan, () => ask(`n${++numbered}.attack.example`)),
  'names whose upstream is silent': (plan: AttackPlan) =>
    flood(plan, () => ask(`n${++numbered}.silent.example`)),
  'pointers over UDP': (plan: AttackPlan) => {
    const query = pointers(LONGEST_OVER_UDP);
    flood(plan, () => query);
  },
  'garbage over UDP': (plan: AttackPlan) => {
    const octets = garbage(LONGEST_OVER_UDP);
    flood(plan, () => octets);
  },
  'pipelined cached names': (plan: AttackPlan) => pipeline(plan, segment(ask('www.example'))),
  'pipelined blocked names': (plan: AttackPlan) => pipeline(plan, segment(ask('casino.example'))),
  'pointers over TCP': (plan: AttackPlan) => pipeline(plan, segment(pointers(65_000))),
  'garbage over TCP': (plan: AttackPlan) => pipeline(plan, garbage(65_536)),
  'words why a name is blocked': (plan: AttackPlan) => {
    const query = ask('why.casino.example.vlandns.home.arpa', 'TXT');
    flood(plan, () => query);
  },
  'words why of fresh names': (plan: AttackPlan) =>
    flood(plan, () => ask(`why.n${++numbered}.attack.example.vlandns.home.arpa`, 'TXT')),
  'pipelined words why': (plan: AttackPlan) =>
    pipeline(plan, segment(ask('why.casino.example.vlandns.home.arpa', 'TXT'))),
  'names of clients, there or not': (plan: AttackPlan) =>
    flood(plan, () => ask(`device-${++numbered & 1023}.kids.home.arpa`)),
  'search engines led on': (plan: AttackPlan) =>
    flood(plan, () => ask('www.google.com', (++numbered & 1) === 0 ? 'A' : 'HTTPS')),
  'fresh names below a local wildcard': (plan: AttackPlan) =>
    flood(plan, () => ask(`n${++numbered}.dev.home.arpa`)),
  'fresh names of blocked services': (plan: AttackPlan) =>
    flood(plan, () => ask(`n${++numbered}.tiktok.com`)),
  'blocked names of many labels': (plan: AttackPlan) => flood(plan, () => ask(manyLabels('casino.example'))),
  'wildcard names of many labels': (plan: AttackPlan) => flood(plan, () => ask(manyLabels('dev.home.arpa'))),
  'pipelined names of many labels': (plan: AttackPlan) =>
    pipeline(
      plan,
      freshSegment(() => manyLabels('casino.example')),
    ),
  'changes at the desk': (plan: AttackPlan) => void changeDesk(plan),
  'connections that send what is no query': (plan: AttackPlan) =>
    connections(plan, (socket) => socket.write(u16(0))),
  'connections that are closed at once': (plan: AttackPlan) =>
    connections(plan, (socket) => socket.destroy()),
} satisfies Readonly<Record<string, (plan: AttackPlan) => void>>;

/** What there is to be tried. */
export type AttackName = keyof typeof ATTACKS;

// The table is written out whole, so that it has no other keys.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const ATTACK_NAMES = Object.keys(ATTACKS) as AttackName[];

if (process.argv[1]?.endsWith('attacks.ts') === true) {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- run-attacks.ts writes it
  const plan = JSON.parse(process.argv[2] ?? '{}') as AttackPlan;
  process.stdout.write('attacking\n');
  ATTACKS[plan.attack](plan);
}
