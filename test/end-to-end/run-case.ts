/** Runs one case against one server and gives its faults. */
import { judgeReply } from './judge.ts';
import type { Ask, Bench, Case, Step } from './case.ts';
import { absoluteName, type Edns, writeQuery } from '../support/message-writer.ts';
import type { ServerUnderTest } from '../support/daemon.ts';
import type { ScriptBook } from '../support/scripted-upstream.ts';
import { askUdp, type Endpoint, openConnection, sleep } from '../support/wire-client.ts';

/** How long silence must last to count. */
const SILENCE_MS = 500;

/** What runs a case: the server, the upstreams' scripts, and whether the design's own rules count. */
export interface Setting {
  readonly server: ServerUnderTest;
  readonly book: ScriptBook;
  readonly strict: boolean;
}

/** A case under way: when it began, and how long its steps have waited since. */
interface Run {
  readonly origin: string;
  readonly startedMs: number;
  waitedMs: number;
}

/** The name that a case asks for, dot at the end. */
function caseOrigin(group: string, one: Case): string {
  if (one.origin !== undefined) return one.origin;
  const slug = one.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 56)
    .replaceAll(/^-|-$/g, '');
  return `${group}-${slug}.${one.zone ?? 'example.net'}.`;
}

/** Runs a case; an empty array means that all is as it should be. */
export async function runCase(setting: Setting, group: string, one: Case): Promise<string[]> {
  const origin = caseOrigin(group, one);
  if (one.script !== undefined) setting.book.set(origin, one.script(origin));
  const run: Run = { origin, startedMs: performance.now(), waitedMs: 0 };
  const bench: Bench = {
    origin,
    endpoint: (vlan = 'servers') => endpointOf(setting.server, vlan),
    step: (step) => runStep(setting, run, step),
    asked: () => setting.book.asked(origin),
  };
  const faults: string[] = [];
  try {
    for (const step of one.steps ?? []) faults.push(...(await bench.step(step)));
    if (setting.strict) for (const step of one.strict ?? []) faults.push(...(await bench.step(step)));
    if (one.run !== undefined) faults.push(...(await one.run(bench)));
  } catch (error) {
    faults.push(`the case failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [...faults, ...judgeUpstream(one, bench)];
}

function judgeUpstream(one: Case, bench: Bench): string[] {
  const asked = bench.asked();
  const [least, most] = typeof one.asked === 'number' ? [one.asked, one.asked] : (one.asked ?? [0, Infinity]);
  const fault = one.upstream?.(asked, bench.origin);
  return [
    ...(asked.length < least || asked.length > most
      ? [`upstream was asked ${asked.length} times, not ${least === most ? least : `${least} to ${most}`}`]
      : []),
    ...(fault === undefined ? [] : [`upstream: ${fault}`]),
  ];
}

function endpointOf(server: ServerUnderTest, vlan: string): Endpoint {
  const endpoint = server.endpoints[vlan];
  if (endpoint === undefined) throw new Error(`${server.name} has no VLAN ${vlan}`);
  return endpoint;
}

async function runStep(setting: Setting, run: Run, { ask, want }: Step): Promise<string[]> {
  const { origin } = run;
  if (ask.afterMs !== undefined) await sleep(ask.afterMs);
  run.waitedMs += ask.afterMs ?? 0;
  const waitMs = want.silence === true ? SILENCE_MS : (want.withinMs ?? 8000);
  const endpoint = endpointOf(setting.server, ask.vlan ?? 'servers');
  const to = ask.source === undefined ? endpoint : { ...endpoint, source: ask.source };
  const answers = await Promise.all(
    Array.from({ length: ask.times ?? 1 }, async () => {
      const id = Math.floor(Math.random() * 65536);
      const query = queryOf(ask, origin, id);
      const [reply, ...more] = await exchange(to, query, {
        tcp: ask.tcp === true,
        waitMs,
        lingerMs: ask.lingerMs ?? 15,
      });
      if (more.length > 0) return [`${more.length + 1} replies to one query`];
      if (want.silence === true) return reply === undefined ? [] : ['a reply where silence should be'];
      if (reply === undefined) return [`no reply in ${waitMs} ms`];
      const lateSeconds = Math.floor((performance.now() - run.startedMs - run.waitedMs) / 1000);
      return judgeReply(reply, { id, ask, origin, strict: setting.strict, lateSeconds }, want);
    }),
  );
  const label = `${ask.name ?? '@'} ${ask.type ?? 'A'}${ask.vlan === undefined ? '' : ` in ${ask.vlan}`}`;
  return [...new Set(answers.flat())].map((fault) => `${label}: ${fault}`);
}

function queryOf(ask: Ask, origin: string, id: number): Uint8Array {
  const edns: Edns | undefined = ask.edns === true ? {} : ask.edns;
  return writeQuery({
    id,
    opcode: ask.opcode ?? 0,
    rd: ask.rd ?? true,
    ad: ask.ad ?? false,
    cd: ask.cd ?? false,
    bits: ask.bits ?? 0,
    edns,
    questions: [
      {
        name: absoluteName(ask.name ?? '@', origin),
        type: ask.type ?? 'A',
        class: ask.class ?? 'IN',
      },
    ],
  });
}

async function exchange(
  to: Endpoint,
  query: Uint8Array,
  how: { readonly tcp: boolean; readonly waitMs: number; readonly lingerMs: number },
): Promise<Uint8Array[]> {
  if (!how.tcp) return askUdp(to, [query], how);
  const connection = await openConnection(to);
  connection.send(query);
  const reply = await connection.next(how.waitMs);
  connection.close();
  return typeof reply === 'string' ? [] : [reply];
}
