// The keys that are about the process: what it becomes and keeps, and where it tells of itself.

import { object, oneOrMany, optional, placed, required, withDefault, withShortForm } from '../schema.ts';
import { groupName, metricsListen, nameOf, path, port, userName } from '../values/kinds.ts';
import { boolean, choice } from '../values/scalars.ts';
import { timeZone } from '../values/time-zone.ts';

/** The process itself. */
export const server = object('a map of server options', {
  user: optional(userName, 'The user to become when started as root, once the ports are bound.'),
  carrier: withDefault(
    choice(['heal', 'strict']),
    'What an interface without carrier means: heal serves the other VLANs and binds this one when it can, strict refuses to start.',
    'heal',
  ),
  port: withDefault(port, 'The port that VLANs listen on unless their addresses say another.', 53),
  io: withDefault(
    choice(['auto', 'plain', 'batched']),
    'How datagrams are read and sent: auto in batches where that works, plain one at a time, batched refuses to start where it does not work.',
    'auto',
  ),
  ca: withDefault(
    oneOrMany('one or more paths of files with certificates', placed(path)),
    "Files in PEM form with the certificates of CAs of one's own, trusted for lists over https and upstreams over TLS beside those of the system.",
    [],
  ),
  state: withDefault(path, 'The folder for what survives a restart: lists, snapshots.', '/var/vlandns'),
  pledge: withDefault(
    boolean,
    'Experimental, for OpenBSD: whether pledge(2) and unveil(2) take from the process what it does not need, such as writing outside of its state.',
    false,
  ),
  time_zone: withDefault(
    timeZone,
    "The time zone of schedules by its IANA name such as Europe/Berlin; local is the machine's own.",
    'local',
  ),
});

/** Where events go. */
export const log = object('a map of log options', {
  level: withDefault(
    choice(['trace', 'debug', 'info', 'warn', 'error']),
    'The least important event that is logged.',
    'info',
  ),
  file: withDefault(path, 'Where the log goes: stdout or a path.', 'stdout'),
});

const parents = object('a map with socket:, or the path of a socket', {
  socket: required(path, 'The Unix-domain socket that those with the role parent talk to; mode 0660.'),
  group: optional(
    groupName,
    'The group that may use it; its group unless written is that of control.socket.',
  ),
  vlans: withDefault(
    oneOrMany('one or more names of VLANs', placed(nameOf('a VLAN'))),
    'The VLANs that it is about; all unless written.',
    [],
  ),
});

/** What commands talk to. */
export const control = object('a map of control options', {
  socket: withDefault(path, 'The Unix-domain socket that commands talk to.', '/var/run/vlandns.sock'),
  parents: optional(
    withShortForm(parents, 'socket'),
    'A second socket with the role parent: reads, and grants, denials and pauses within the allowance; nobody has the role unless written.',
  ),
});

/** What a Prometheus asks. */
export const metrics = object('a map with listen:', {
  listen: optional(
    metricsListen,
    'The address and the port where GET /metrics is answered over HTTP, and nothing else; nobody listens unless written.',
  ),
});
