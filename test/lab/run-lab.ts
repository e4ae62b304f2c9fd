// Runs every trial of the lab in turn on one daemon, and makes one table of what came of them.
import { dnsperf, policies, strangers } from './answers.ts';
import { leases } from './dhcp.ts';
import { disturbances } from './disturbances.ts';
import { Household, isInstalled } from './household.ts';
import type { Row, Trial } from './trial.ts';

/** In their order: interfaces come late first, so that the rest has all three VLANs. */
const TRIALS: readonly Trial[] = [
  policies,
  ...disturbances,
  leases,
  strangers,
  dnsperf,
  { ...policies, name: `${policies.name}, at the end` },
];

/** Who hears of a trial: its rows, or that it was left out because a tool is missing. */
type Tell = (trial: string, rows: readonly Row[], missing?: string) => void;

/** Runs the lab; each trial is told as it ends. Throws where the lab itself fails. */
export async function runLab(tell: Tell): Promise<void> {
  const house = new Household();
  try {
    const daemon = await house.serve();
    for (const trial of TRIALS) {
      if (trial.needs !== undefined && !isInstalled(trial.needs)) {
        tell(trial.name, [], trial.needs);
        continue;
      }
      tell(trial.name, await trial.run({ house, daemon }));
      if (!daemon.isAlive) throw new Error(`the daemon has ended:\n${daemon.said}`);
    }
  } finally {
    await house.remove();
  }
}

/** The table for people. */
export function rowsToText(rows: readonly Row[]): string {
  const cells = rows.map(({ tried, vlan, sent, lost, recoveryMs, fault }) => [
    tried,
    vlan,
    String(sent),
    String(lost),
    recoveryMs === undefined ? '-' : `${(recoveryMs / 1000).toFixed(2)} s`,
    fault ?? 'ok',
  ]);
  const all = [['tried', 'VLAN', 'sent', 'lost', 'again after', ''], ...cells];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column > 1 && column < 5 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
