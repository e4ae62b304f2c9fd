// What tests of the desk have in common: a zone whose days are those of UTC, entries, a network, a log that is kept.
import type { DeskEntry } from '../../src/desk/desk-entry.ts';
import type { DeskZone } from '../../src/desk/desk-end.ts';
import type { DeskNetwork } from '../../src/desk/desk-scope.ts';
import type { Log } from '../../src/log/log.ts';

const MS_A_DAY = 86_400_000;

/** UTC. */
export const UTC_ZONE: DeskZone = {
  wallClockAt: (unixMs) => ({
    day: Math.floor(unixMs / MS_A_DAY),
    minutes: Math.floor((unixMs % MS_A_DAY) / 60_000),
  }),
  firstInstant: (day, minutes) => day * MS_A_DAY + minutes * 60_000,
};

/** The instant of a text such as `2026-12-01T18:00Z`. */
export function at(text: string): number {
  return Date.parse(text);
}

/** A grant of youtube to VLAN kids, with what is otherwise. */
export function entry(fields: Partial<DeskEntry> = {}): DeskEntry {
  return {
    id: 'abcd',
    kind: 'grant',
    scope: { kind: 'vlan', name: 'kids' },
    subject: { kind: 'service', name: 'youtube' },
    fromMs: at('2026-12-01T12:00Z'),
    untilMs: at('2026-12-01T12:45Z'),
    role: 'admin',
    line: 0,
    ...fields,
  };
}

const position = { line: 1, column: 1 };

/** Two VLANs: kids (40, em0) with a laptop of its own policy, and servers. */
export const NETWORK: DeskNetwork = {
  config: {
    vlans: [
      {
        name: 'kids',
        id: 40,
        interface: 'em0',
        port: 53,
        subnets: 'interface',
        policy: 'kids',
        clients: [
          {
            name: 'laptop',
            prefix: { family: 4, words: [0xc0_00_02_17, 0, 0, 0], length: 32, text: '192.0.2.23/32' },
            policy: 'homework',
            at: position,
          },
        ],
        devices: [{ name: 'tablet', mac: '00:00:5e:00:53:42', policy: 'family', at: position }],
        firstSeen: false,
        records: [],
        hosts: [],
        at: position,
      },
      {
        name: 'servers',
        id: 60,
        interface: 'vio0',
        port: 53,
        subnets: 'interface',
        policy: 'open',
        clients: [],
        devices: [],
        firstSeen: false,
        records: [],
        hosts: [],
        at: position,
      },
    ],
    policies: ['kids', 'homework', 'open', 'family'].map((name) => ({ name })),
  },
  vlansOf: (address) => (address.startsWith('192.0.2.') ? ['kids'] : []),
};

/** A log that keeps what is logged. */
export class KeptLog implements Log {
  readonly lines: Record<string, unknown>[] = [];

  info(fields: Record<string, unknown>): void {
    this.lines.push(fields);
  }

  warn(fields: Record<string, unknown>): void {
    this.lines.push(fields);
  }

  error(fields: Record<string, unknown>): void {
    this.lines.push(fields);
  }

  /** The names of its events. */
  get events(): unknown[] {
    return this.lines.map(({ event }) => event);
  }
}
