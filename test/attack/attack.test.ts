// Attacks as a test: whatever a client of one VLAN sends, nothing of another's is lost or fails, and what is done for the
// attacker is bounded. How fast the other VLAN is answered meanwhile is for `npm run attack`.
import t from 'tap';
import { ATTACK_NAMES } from './attacks.ts';
import { runAttacks } from './run-attacks.ts';
import type { Row } from './run-attacks.ts';

t.setTimeout(240_000);

const SECONDS = 1;

/** More than a daemon takes for what it holds for one client, far less than what a flood could fill. */
const MORE_OCTETS = 128 * 1_048_576;

t.test('one client within its limits takes nothing from another VLAN', { timeout: 240_000 }, async (t) => {
  const rows: Row[] = [];
  let first: Row | undefined;
  const tell = (quiet: Row, row: Row): void => {
    first ??= quiet;
    rows.push(row);
  };
  await runAttacks(t, SECONDS, tell, { isQuietOnce: true });
  t.strictSame(
    rows.map(({ attack }) => attack),
    ATTACK_NAMES,
  );
  for (const { attack, sent, lost, failed, residentOctets } of rows) {
    t.ok(sent > 0, `${attack}: ${sent} queries of the other VLAN`);
    t.equal(lost, 0, `${attack}: none is lost`);
    t.equal(failed, 0, `${attack}: none fails`);
    t.ok(residentOctets < (first?.residentOctets ?? 0) + MORE_OCTETS, `${attack}: ${residentOctets} octets`);
  }
});
