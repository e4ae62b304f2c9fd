// Metrics of the process: memory, time, pauses, the log.
import type { Status } from '../status.ts';
import { counter, gauge } from './metrics-text.ts';
import type { MetricFamily } from './metrics-text.ts';

/** The metrics of the process. */
export function processFamilies({
  gc,
  log,
  loopDelay,
  memory,
  cpuSeconds,
  io,
  startedAt,
  reloads,
  worker,
  state,
  version,
  node,
}: Status): MetricFamily[] {
  return [
    gauge('start_time_seconds', 'When the process started, since 1970.', [
      [{}, Date.parse(startedAt) / 1000],
    ]),
    counter('reloads', 'Configurations put into effect since start.', [[{}, reloads]]),
    counter('worker_crashes', 'Workers that died and were followed by another, with a privileged parent.', [
      [{}, worker?.crashes],
    ]),
    gauge('state_writable', 'Whether the state folder can be written.', [[{}, state.isWritable ? 1 : 0]]),
    gauge('build_info', 'Which version runs, on which Node.', [[{ version, node }, 1]]),
    gauge('io_info', 'How datagrams are read and sent.', [[{ mode: io.mode }, 1]]),
    counter('cpu_seconds', 'CPU time of the process, user and system.', [[{}, cpuSeconds]]),
    gauge('resident_bytes', 'Memory of the process.', [[{}, memory.residentOctets]]),
    gauge('heap_bytes', 'JavaScript heap in use.', [[{}, memory.heapOctets]]),
    gauge('array_buffer_bytes', 'Memory of typed arrays, lists and cache among them.', [
      [{}, memory.arrayBufferOctets],
    ]),
    counter('gc_pauses', 'Pauses of garbage collection.', [[{}, gc.count]]),
    counter('gc_pause_seconds', 'Time spent in pauses of garbage collection.', [[{}, gc.totalMs / 1000]]),
    gauge('gc_longest_pause_seconds', 'The longest pause of garbage collection.', [
      [{}, gc.longestMs / 1000],
    ]),
    gauge(
      'event_loop_delay_p99_seconds',
      'How late the event loop was in 99 of 100 looks, of the last minutes.',
      [[{}, loopDelay.p99Ms / 1000]],
    ),
    gauge('event_loop_delay_max_seconds', 'How late the event loop was at most, of the last minutes.', [
      [{}, loopDelay.maxMs / 1000],
    ]),
    counter('log_lost_lines', 'Lines of the log that were not written.', [[{}, log.lostLines]]),
    gauge('log_waiting_bytes', 'Lines of the log that are not written yet.', [[{}, log.waitingOctets]]),
  ];
}
