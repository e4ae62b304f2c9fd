// Edges a minute apart, each of which changes several things at once: schedules that begin and end, among them ones of other policies
// that block everything, and grants and denials of the desk that end. What holds at an instant is said here, apart from src.
import type { Piece } from './moved-clock.ts';

const MINUTE_MS = 60_000;

/** A kind of question about an edge. */
type Kind = 'begins' | 'ends' | 'grant ends' | 'denial ends' | 'closing' | 'nothing';

/** What is asked about one edge. */
export interface EdgeQuestion {
  readonly vlan: 'kids' | 'servers';
  readonly kind: Kind;
  readonly name: string;
  /** The instant of its edge, and whether it is blocked before and from then on. */
  readonly edgeMs: number;
  readonly before: 'blocked' | 'allowed';
  readonly after: 'blocked' | 'allowed';
}

/** Edges, and all that follows from them. */
export class EdgePlan {
  readonly edges: number;
  /** The instant of edge 0, a whole hour. */
  readonly firstMs: number;

  constructor(edges: number, firstMs: number) {
    this.edges = edges;
    this.firstMs = firstMs;
  }

  edgeMs(edge: number): number {
    return this.firstMs + edge * MINUTE_MS;
  }

  /** What is asked about an edge. The same names below a label of its own, for questions that no cache knows. */
  questions(edge: number, below = ''): EdgeQuestion[] {
    const edgeMs = this.edgeMs(edge);
    const isClosed = edge % 2 === 0;
    const [open, shut] = ['allowed', 'blocked'] as const;
    return [
      { vlan: 'kids', kind: 'begins', name: `${below}s${edge}.example`, edgeMs, before: open, after: shut },
      { vlan: 'kids', kind: 'ends', name: `${below}s${edge - 1}.example`, edgeMs, before: shut, after: open },
      {
        vlan: 'kids',
        kind: 'grant ends',
        name: `${below}g${edge}.example`,
        edgeMs,
        before: open,
        after: shut,
      },
      {
        vlan: 'kids',
        kind: 'denial ends',
        name: `${below}d${edge}.example`,
        edgeMs,
        before: shut,
        after: open,
      },
      { vlan: 'kids', kind: 'nothing', name: `${below}free.example`, edgeMs, before: open, after: open },
      {
        vlan: 'servers',
        kind: 'closing',
        name: `${below}any.example`,
        edgeMs,
        before: isClosed ? open : shut,
        after: isClosed ? shut : open,
      },
    ];
  }

  /** The pieces of time that are gone through: around each edge, and before it, where TTLs are what matters. */
  pieces(
    around: readonly { readonly fromMs: number; readonly lastsMs: number }[],
  ): (Piece & { edge: number })[] {
    return Array.from({ length: this.edges }, (_, edge) =>
      around.map(({ fromMs, lastsMs }) => ({ edge, fromMs: this.edgeMs(edge) + fromMs, lastsMs })),
    ).flat();
  }

  /** The policies of the configuration: `sN` is blocked for the minute from edge N on, `gN` always, everything every other minute. */
  policies(): string {
    const edges = Array.from({ length: this.edges + 1 }, (_, number) => number - 1);
    const schedule = (name: string, edge: number, block: string): string =>
      `      - { name: ${name}, days: [mon, tue, wed, thu, fri, sat, sun], from: "${this.clock(edge)}", to: "${this.clock(edge + 1)}", block: ${block} }`;
    return [
      'policies:',
      '  kids:',
      '    block_ttl: 1h',
      `    block: { rules: [${edges.map((edge) => `g${edge}.example`).join(', ')}] }`,
      '    schedules:',
      ...edges.map((edge) => schedule(`s${edge}`, edge, `{ rules: [s${edge}.example] }`)),
      '  open:',
      '    block_ttl: 1h',
      '    schedules:',
      ...edges.filter((edge) => edge % 2 === 0).map((edge) => schedule(`closed${edge}`, edge, 'everything')),
    ].join('\n');
  }

  /** The time of an edge, as schedules and ends at the desk have it. */
  clock(edge: number): string {
    return new Date(this.edgeMs(edge)).toISOString().slice(11, 16);
  }
}
