// Metrics of what is known of clients: files of leases, and neighbours. A label is a file of the configuration.
import type { Status } from '../status.ts';
import { counter, gauge } from './metrics-text.ts';
import type { MetricFamily } from './metrics-text.ts';

/** The metrics of what tells who the clients are. */
export function clientFamilies(
  { leases, neighbours }: Pick<Status, 'leases' | 'neighbours'>,
  nowMs: number,
): MetricFamily[] {
  return [
    gauge(
      'leases',
      'Leases of the file that hold.',
      leases.map((told) => [{ file: told.file }, told.leases]),
    ),
    gauge(
      'leases_faulty',
      'Whether something is wrong with the file of leases.',
      leases.map(({ file, fault }) => [{ file }, fault === undefined ? 0 : 1]),
    ),
    counter(
      'leases_failures',
      'Readings of the file of leases that something was wrong with.',
      leases.map(({ file, failures }) => [{ file }, failures]),
    ),
    gauge(
      'leases_age_seconds',
      'Time since the file of leases was read and taken; it is read when it changes.',
      leases.map(({ file, read }) => [
        { file },
        read === undefined ? undefined : (nowMs - Date.parse(read)) / 1000,
      ]),
    ),
    gauge('neighbours_readable', 'Whether the system told of its neighbours when it was asked last.', [
      [{}, neighbours.fault === undefined ? 1 : 0],
    ]),
  ];
}
