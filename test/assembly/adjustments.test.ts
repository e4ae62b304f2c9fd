// What adjusts policies at a moment: what was done at the desk ends at its instant, and goes with its device.
import t from 'tap';
import { adjustmentsAt } from '../../src/assembly/adjustments.ts';
import type { DeskAdjustment } from '../../src/assembly/clients/scoped-adjustment.ts';
import type { KnownClients } from '../../src/clients/gather-clients.ts';

const NOW = Date.parse('2026-12-01T12:00Z');
const NO_SCHEDULES = { config: { policies: [] }, timetable: undefined, knownMs: -Infinity };
const MAC = '00:00:5e:00:53:42';

/** A change for VLAN kids, or for what is written. */
function change(untilMs: number, scope: DeskAdjustment['scope'] = { vlan: 'kids' }): DeskAdjustment {
  const nothing = { uses: new Map(), lists: [], blocksAll: false };
  return { ...nothing, text: String(untilMs - NOW), pauses: true, scope, untilMs };
}

t.test('what was done at the desk holds until its instant, and not at it', (t) => {
  const desk = {
    sources: [],
    adjustments: [change(NOW - 1), change(NOW), change(NOW + 1), change(Infinity)],
  };
  const { adjustments } = adjustmentsAt(NO_SCHEDULES, desk, new Map(), NOW);
  t.strictSame(
    adjustments.map(({ text }) => text),
    ['1', 'Infinity'],
  );
  t.end();
});

t.test('what is for a device is for the addresses that it has at that moment', (t) => {
  const desk = { sources: [], adjustments: [change(Infinity, { vlan: 'kids', device: { mac: MAC } })] };
  const scopesWith = (clients: KnownClients) =>
    adjustmentsAt(NO_SCHEDULES, desk, clients, NOW).adjustments.map(({ scope }) => scope);
  const client = {
    name: undefined,
    address: '192.0.2.7',
    mac: MAC,
    isMacSaid: false,
    isNeighbour: false,
    sinceMs: 0,
    untilMs: Infinity,
    file: undefined,
  };
  t.match(scopesWith(new Map([['kids', new Map([['192.0.2.7', client]])]])), [
    { vlan: 'kids', client: { prefix: { family: 4, length: 32 } } },
  ]);
  t.strictSame(scopesWith(new Map([['servers', new Map([['192.0.2.7', client]])]])), [], 'in its VLAN alone');
  t.end();
});
