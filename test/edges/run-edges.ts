// A daemon as people run it, whose clock is moved from edge to edge while two VLANs ask it: what becomes of every question.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { openHouse } from '../support/house.ts';
import type { Daemon } from '../support/house.ts';
import { EdgePlan } from './edge-plan.ts';
import type { EdgeQuestion } from './edge-plan.ts';
import { JudgingClient } from './judging-client.ts';
import type { Judged } from './judging-client.ts';
import { MovedClock } from './moved-clock.ts';
import type { Piece } from './moved-clock.ts';

/** How it is asked. */
export interface EdgeRun {
  readonly edges: number;
  readonly perSecond: number;
  /** Pieces of time about each edge, counted from it. */
  readonly around: readonly Piece[];
}

/** One question in so many is about a name that no cache knows. */
const NEW_NAME_EVERY = 16;
/** The most that is asked in one turn of the event loop. */
const MOST_AT_ONCE = 64;

/** Runs it; gives what was judged by VLAN. */
export async function runEdges(
  t: Test,
  { edges, perSecond, around }: EdgeRun,
): Promise<Readonly<Record<'kids' | 'servers', Judged>>> {
  const house = await openHouse(t);
  // Tomorrow at noon: a clock that is behind its files is taken for wrong, one that is ahead is not.
  const plan = new EdgePlan(edges, Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 43_200_000);
  const pieces = plan.pieces(around);
  const clock = new MovedClock(house.folder, pieces);
  house.configure({
    lists: '',
    policies: plan.policies(),
    server: 'server: { state: state, time_zone: UTC }',
  });
  const daemon = await house.serve({ env: clock.environment });
  await grantAll(daemon, plan);
  const clients = {
    kids: await JudgingClient.open(house.kids, clock),
    servers: await JudgingClient.open(house.servers, clock),
  };
  const turns = new Turns(plan);
  clock.start();
  await askSteadily(perSecond, () => {
    const edge = pieces[clock.quietPiece ?? -1]?.edge;
    if (edge === undefined) return !clock.isOver;
    const question = turns.next(edge);
    clients[question.vlan].ask(question);
    return true;
  });
  await Promise.all([clients.kids.close(), clients.servers.close()]);
  await daemon.stop();
  return { kids: clients.kids.judged, servers: clients.servers.judged };
}

/** What the desk lets through or blocks until the time of an edge; reject where one is not taken. */
async function grantAll(daemon: Daemon, plan: EdgePlan): Promise<void> {
  for (let edge = 0; edge < plan.edges; edge++) {
    const end = `until ${plan.clock(edge)}`;
    await daemon.client.grant({ who: 'kids', what: `g${edge}.example`, end });
    await daemon.client.deny({ who: 'kids', what: `d${edge}.example`, end });
  }
}

/** The questions about edges, one after the other; now and then below a name that nobody has asked for. */
class Turns {
  readonly #plan: EdgePlan;
  readonly #known: EdgeQuestion[][];
  #count = 0;

  constructor(plan: EdgePlan) {
    this.#plan = plan;
    this.#known = Array.from({ length: plan.edges }, (_, edge) => plan.questions(edge));
  }

  next(edge: number): EdgeQuestion {
    const count = this.#count++;
    const known = this.#known[edge] ?? [];
    const isNew = count % NEW_NAME_EVERY === 0;
    const questions = isNew ? this.#plan.questions(edge, `n${count}.`) : known;
    // The new ones go through all questions as well.
    return questions[(isNew ? count / NEW_NAME_EVERY : count) % questions.length]!;
  }
}

/** Has a question asked so many times a second, until there is none any more. */
async function askSteadily(perSecond: number, ask: () => boolean): Promise<void> {
  const startMs = performance.now();
  for (let sent = 0; ; await sleep(1)) {
    const due = ((performance.now() - startMs) / 1000) * perSecond;
    // What a machine that stood still was late with is left out, so that no burst follows.
    sent = Math.max(sent, due - MOST_AT_ONCE);
    for (; sent < due; sent++) if (!ask()) return;
  }
}
