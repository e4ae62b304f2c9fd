// npm run lab: the household of namespaces with everything that is tried there, as one table. Status 1 where something was
// lost on a VLAN that was not touched, or did not come back within 2 s on one that was.
import { whyNoLab } from './household.ts';
import { rowsToText, runLab } from './run-lab.ts';
import type { Row } from './trial.ts';

/** How long a touched VLAN may take, in milliseconds. */
const RECOVERY_MS = 2000;

process.exitCode = await main();

async function main(): Promise<number> {
  const why = whyNoLab();
  if (why !== undefined) {
    process.stderr.write(`the lab ${why}\n`);
    return 1;
  }
  const rows: Row[] = [];
  await runLab((trial, more, missing) => {
    process.stderr.write(
      `${trial}${missing === undefined ? '' : `: left out, ${missing} is not installed`}\n`,
    );
    rows.push(...more.map(timed));
  });
  process.stdout.write(`${rowsToText(rows)}\n`);
  const faulty = rows.filter(({ fault }) => fault !== undefined).length;
  process.stdout.write(`\n${rows.length - faulty} rows as they should be, ${faulty} not\n`);
  return faulty === 0 ? 0 : 1;
}

function timed(row: Row): Row {
  const late = row.recoveryMs !== undefined && row.recoveryMs > RECOVERY_MS;
  return late ? { ...row, fault: row.fault ?? `later than ${RECOVERY_MS / 1000} s` } : row;
}
