// The text format that Prometheus reads, version 0.0.4: families of samples in, text out. Pure.

import { toPrintable } from '../../system/printable.ts';

/** Labels of a sample by name; a label must have few values, or Prometheus runs out of room. */
type Labels = Readonly<Record<string, string>>;

/** One value of a family; undefined where there is none now. */
export type Sample = readonly [labels: Labels, value: number | undefined];

/** Samples that mean the same. */
export interface MetricFamily {
  /** Ends in `_total` where it is a counter, in its base unit (`_seconds`, `_bytes`) where it has one. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** A sentence for people. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A counter of ours, `name` without prefix and suffix. */
export function counter(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: `vlandns_${name}_total`, type: 'counter', help, samples };
}

/** A gauge of ours, `name` without prefix. */
export function gauge(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: `vlandns_${name}`, type: 'gauge', help, samples };
}

/** The Content-Type of the text. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes families; one without samples is left out. */
export function toMetricsText(families: readonly MetricFamily[]): string {
  return families.map(familyText).join('');
}

function familyText({ name, type, help, samples }: MetricFamily): string {
  const told = samples.flatMap(([labels, value]) =>
    value === undefined ? [] : [[labelsText(labels), value] as const],
  );
  if (told.length === 0) return '';
  // Labels that occur twice, as for a server that a set names twice, would make Prometheus refuse the whole text.
  const lines = [...new Map(told)].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return toPrintable(text).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

/** The keys of a table, with their type. */
export function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  // Tables are written out in full, so they have no other keys.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.keys(table) as Key[];
}
