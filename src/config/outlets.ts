// The keys for the outputs of the process itself: the log, the control socket, the metrics.

import { metricsListen, path } from './values/kinds.ts';
import { choice } from './values/scalars.ts';
import { object, optional, withDefault } from './schema.ts';

export const log = object('a map of log options', {
  level: withDefault(
    choice(['trace', 'debug', 'info', 'warn', 'error']),
    'The least important event that is logged.',
    'info',
  ),
  file: withDefault(path, 'Where the log goes: stdout or a path.', 'stdout'),
});

export const control = object('a map of control options', {
  socket: withDefault(path, 'The Unix-domain socket that commands talk to.', '/var/run/vlandns.sock'),
});

export const metrics = object('a map with listen:', {
  listen: optional(
    metricsListen,
    'The address and the port where GET /metrics is answered over HTTP, and nothing else; nobody listens unless written.',
  ),
});
