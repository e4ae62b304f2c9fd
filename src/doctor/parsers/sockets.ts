// Who listens on which port: fstat(1) of OpenBSD and ss(8) of Linux.

import type { SocketFact } from '../facts/service-facts.ts';
import type { Quote, SourceText } from '../facts/source-text.ts';
import { linesOf, quote } from '../facts/lines.ts';

/** Reads `fstat -n`. */
export function parseFstat(source: SourceText): SocketFact[] {
  return linesOf(source).flatMap((line) => toFstatSocket(quote(line)) ?? []);
}

// USER CMD PID FD* internet dgram udp 127.0.0.1:53; TCP has the socket's number in kernel memory before the address, and
// "<--" or "-->" and the peer behind it where it is a connection.
function toFstatSocket(at: Quote): SocketFact | undefined {
  const words = at.text.split(/\s+/);
  const [, program, processId, , family, , transport] = words;
  if (program === undefined || (family !== 'internet' && family !== 'internet6')) return undefined;
  if (transport !== 'udp' && transport !== 'tcp') return undefined;
  const rest = words.slice(transport === 'tcp' ? 8 : 7);
  if (rest.length !== 1) return undefined;
  // fstat writes `*` for all addresses of the family, and OpenBSD has no sockets of both.
  return toSocket(
    { program, processId, transport, holds: rest[0], family: family === 'internet' ? 4 : 6 },
    at,
  );
}

/** Reads `ss -lnutp`. */
export function parseSs(source: SourceText): SocketFact[] {
  return linesOf(source).flatMap((line) => toSsSocket(quote(line)) ?? []);
}

// Netid State Recv-Q Send-Q Local:Port Peer:Port users:(("named",pid=1,fd=3))
function toSsSocket(at: Quote): SocketFact | undefined {
  const [transport, state, , , holds] = at.text.split(/\s+/);
  if ((transport !== 'udp' && transport !== 'tcp') || !['UNCONN', 'LISTEN'].includes(state ?? ''))
    return undefined;
  const [, program = '?', processId] = /users:\(\("([^"]+)",pid=(\d+)/.exec(at.text) ?? [];
  return toSocket({ program, processId, transport, holds }, at);
}

interface Holding {
  readonly program: string;
  readonly processId: string | undefined;
  readonly transport: 'udp' | 'tcp';
  /** `192.0.2.1:53`, `[::1]:53`, `*:53`, `0.0.0.0:53`, `127.0.0.53%lo:53`. */
  readonly holds: string | undefined;
  /** The family, where it is written beside the address. */
  readonly family?: 4 | 6;
}

/** ss(8) writes `*` for sockets of both families, `[::]` for one of IPv6 only. */
function familiesOf(bare: string): (4 | 6)[] {
  if (bare === '*' || bare === '') return [4, 6];
  return [bare.includes(':') ? 6 : 4];
}

function toSocket(
  { program, processId, transport, holds = '', family }: Holding,
  at: Quote,
): SocketFact | undefined {
  const [, written = '', port] = /^(.*):(\d+)$/.exec(holds) ?? [];
  if (port === undefined) return undefined;
  const bare = written.replace(/^\[(.*)\]$/, '$1');
  // Behind `%` ss writes the device that a socket is bound to; only a link-local address has it as its zone.
  const address = bare.toLowerCase().startsWith('fe80:') ? bare : bare.replace(/%.*$/, '');
  return {
    kind: 'socket',
    program,
    processId: processId === undefined || !/^\d+$/.test(processId) ? undefined : Number(processId),
    transport,
    address: ['0.0.0.0', '::', '*', ''].includes(address) ? '*' : address,
    families: family === undefined ? familiesOf(bare) : [family],
    port: Number(port),
    at,
  };
}
