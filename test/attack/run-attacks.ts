// Two VLANs of one daemon: a client of the one attacks, a client of the other asks at a steady rate. Told is what became of
// its queries, quiet and under each attack.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { openHouse } from '../support/house.ts';
import type { Daemon, House } from '../support/house.ts';
import { writeQuery } from '../support/message-writer.ts';
import { silence } from '../support/upstream-scripts.ts';
import { ATTACK_NAMES } from './attacks.ts';
import type { AttackName, AttackPlan } from './attacks.ts';
import { RUN_TYPESCRIPT } from '../support/typescript.ts';

const ATTACKER = fileURLToPath(new URL('attacks.ts', import.meta.url));

/** The other VLAN's client asks every so many milliseconds, one cached name and one that is asked upstream by turns. */
const ASK_EVERY_MS = 10;

/** How long a reply may take before it counts as lost, in milliseconds. */
const PATIENCE_MS = 5000;

/** What became of the other VLAN's queries. */
export interface Row {
  readonly attack: AttackName | 'quiet';
  readonly sent: number;
  readonly lost: number;
  /** Answered with another rcode than NOERROR. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the daemon, behind it. */
  readonly residentOctets: number;
  /** Queries of the attacked VLAN that were looked at, and that were over the rate. */
  readonly attacked: { readonly queries: number; readonly rateLimited: number };
  readonly loopMaxMs: number;
}

/** Which attacks, all unless said otherwise. */
interface RunOptions {
  readonly names?: readonly AttackName[] | undefined;
  readonly isQuietOnce?: boolean;
}

/** Tries every attack for so long, and quiet before each, or before the first one only. */
export async function runAttacks(
  t: Test,
  seconds: number,
  tell: (quiet: Row, attacked: Row) => void,
  { names = ATTACK_NAMES, isQuietOnce = false }: RunOptions = {},
): Promise<void> {
  const house = await openHouse(t);
  house.book.set('silent.example', silence('silent.example'));
  configureAll(house);
  const daemon = await house.serve();
  // So that what is compiled and what is cached is no part of what is measured.
  await measure(house, daemon, 'quiet', 1);
  let quiet: Row | undefined;
  for (const attack of names) {
    if (!isQuietOnce) quiet = undefined;
    quiet ??= await measure(house, daemon, 'quiet', seconds);
    const attacker = startAttack(house, attack);
    try {
      await attacker.begun;
      tell(quiet, await measure(house, daemon, attack, seconds));
    } finally {
      await attacker.end();
    }
  }
}

/** All that a VLAN can have, for the attacked one, with the usual limits; the other one has nothing but an upstream. */
function configureAll(house: House): void {
  const { port } = house;
  house.write(
    'leases',
    Array.from({ length: 200 }, (_, i) => {
      const mac = `00:00:5e:00:53:${i.toString(16).padStart(2, '0')}`;
      return `0 ${mac} 127.0.40.${i + 10} device-${i} *\n`;
    }).join(''),
  );
  house.configure({
    limits: '',
    leases: 'leases: [{ file: leases, format: dnsmasq }]',
    policies: `policies:
  open: {}
  kids:
    bypass: block
    safe_search: true
    block: { lists: [ads], rules: [casino.example, '*.casino.example'], services: [tiktok, youtube, roblox] }`,
    vlans: `vlans:
  kids:
    listen: ["127.0.40.1:${port}"]
    subnets: [127.0.40.0/24]
    policy: kids
    local_names: kids.home.arpa
    records: ['*.dev.home.arpa. 300 A 192.0.2.11']
  servers: { listen: ["127.0.60.1:${port}"], subnets: [127.0.60.0/24], policy: open }`,
  });
}

function startAttack({ kids, port, socket }: House, attack: AttackName) {
  const plan: AttackPlan = {
    attack,
    address: kids.address,
    port,
    source: kids.source ?? '',
    control: socket,
  };
  const child = spawn(process.execPath, [RUN_TYPESCRIPT, ATTACKER, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  // An attacker has a machine of its own. Here it gets what the daemon and the client who asks leave of the processors.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return {
    begun: once(child.stdout, 'data'),
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function measure(
  { servers }: House,
  daemon: Daemon,
  attack: Row['attack'],
  seconds: number,
): Promise<Row> {
  const socket = createSocket('udp4');
  socket.bind(0, servers.source);
  await once(socket, 'listening');
  const sentMs: number[] = [];
  const tookMs: number[] = [];
  let failed = 0;
  socket.on('message', (reply) => {
    const id = reply.readUInt16BE(0);
    tookMs[id] ??= performance.now() - (sentMs[id] ?? 0);
    if ((reply.readUInt8(3) & 15) !== 0) failed++;
  });
  const before = (await daemon.status()).vlans[0]?.counters;
  const endMs = performance.now() + seconds * 1000;
  for (let id = 0; performance.now() < endMs && id < 65_536; id++) {
    const name = id % 2 === 0 ? 'www.example' : `${attack.length}-${id}-${Math.round(endMs)}.other.example`;
    sentMs.push(performance.now());
    socket.send(writeQuery({ id, questions: [{ name, type: 'A' }] }), servers.port, servers.address);
    await sleep(ASK_EVERY_MS);
  }
  for (let waited = 0; waited < PATIENCE_MS && answeredOf(tookMs) < sentMs.length; waited += 20)
    await sleep(20);
  socket.close();
  const status = await daemon.status();
  const after = status.vlans[0]?.counters;
  const sorted = tookMs.filter((ms) => ms >= 0).toSorted((a, b) => a - b);
  return {
    attack,
    sent: sentMs.length,
    lost: sentMs.length - sorted.length,
    failed,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    residentOctets: status.memory.residentOctets,
    attacked: {
      queries: (after?.queries ?? 0) - (before?.queries ?? 0),
      rateLimited: (after?.rateLimited ?? 0) - (before?.rateLimited ?? 0),
    },
    loopMaxMs: status.loopDelay.maxMs,
  };
}

function answeredOf(tookMs: readonly number[]): number {
  return tookMs.filter((ms) => ms >= 0).length;
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Infinity;
}
