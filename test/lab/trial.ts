// What was tried in the lab and what came of it, as rows of one table.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Household } from './household.ts';
import type { LabVlan } from './household.ts';
import type { LoadResult } from './load.ts';
import type { Program } from './namespace.ts';

/** One row: what was tried, and what it did to the questions of one VLAN. */
export interface Row {
  readonly tried: string;
  readonly vlan: string;
  readonly sent: number;
  readonly lost: number;
  /** Milliseconds until the VLAN was answered again, where it had to recover; undefined also where it never was. */
  readonly recoveryMs: number | undefined;
  /** What is wrong with it; undefined where nothing is. */
  readonly fault: string | undefined;
}

/** The running lab. */
export interface Running {
  readonly house: Household;
  readonly daemon: Program;
}

/** Something that is tried. */
export interface Trial {
  readonly name: string;
  /** The tool that it needs beyond those of the lab itself. */
  readonly needs?: string;
  run(running: Running): Promise<Row[]>;
}

/** A check of single answers, as a row. */
export function checked(tried: string, vlan: LabVlan, wrong: readonly string[], checks: number): Row {
  const fault = wrong.length === 0 ? undefined : wrong.join('; ');
  return { tried, vlan: vlan.name, sent: checks, lost: wrong.length, recoveryMs: undefined, fault };
}

/** What a disturbance does, and to whom. */
export interface Disturbance {
  readonly tried: string;
  /** VLANs that it may touch, with the server and names to ask there; all others must not lose anything. */
  readonly touched: Readonly<
    Record<string, { readonly server?: string; readonly names?: readonly string[] }>
  >;
  /** What the others ask; default: also names that are not in the cache. */
  readonly elsewhere?: readonly string[];
  /** Disturbs, and gives the moment from which the touched VLANs are to recover, in milliseconds since 1970. */
  disturb(): Promise<number>;
  /** How long to go on asking afterwards, in milliseconds. */
  readonly settleMs: number;
}

/** Asks from every VLAN that is plugged in or touched while something is done, and says what that did to each. */
export async function under(house: Household, disturbance: Disturbance): Promise<Row[]> {
  const { tried, touched, elsewhere, settleMs } = disturbance;
  const asking = house.vlans.filter(({ name, interface: link }) => name in touched || house.hasLink(link));
  for (const vlan of asking)
    vlan.asker.start(vlan, touched[vlan.name] ?? (elsewhere === undefined ? {} : { names: elsewhere }));
  await sleep(500);
  const since = await disturbance.disturb();
  await sleep(settleMs);
  const results = await Promise.all(asking.map(({ asker }) => asker.end()));
  return asking.map(({ name }, index) => {
    const result = results[index];
    if (result === undefined) throw new Error(`no result for ${name}`);
    return name in touched ? recovered(tried, name, result, since) : undisturbed(tried, name, result);
  });
}

function undisturbed(tried: string, vlan: string, { sent, lost, refused, mistaken }: LoadResult): Row {
  const bad = lost + refused + mistaken;
  const fault =
    bad === 0
      ? undefined
      : `${lost} lost, ${refused} refused, ${mistaken} mistaken on a VLAN that was not touched`;
  return { tried, vlan, sent, lost: bad, recoveryMs: undefined, fault };
}

function recovered(tried: string, vlan: string, result: LoadResult, since: number): Row {
  const { sent, lost, refused, mistaken } = result;
  const recoveryMs = result.recoveryMs(since);
  const fault =
    mistaken > 0
      ? `${mistaken} answered as under the policy of another VLAN`
      : recoveryMs === undefined
        ? 'it was never answered again'
        : undefined;
  return { tried, vlan, sent, lost: lost + refused, recoveryMs, fault };
}
