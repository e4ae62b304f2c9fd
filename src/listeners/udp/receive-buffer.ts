// Asks the system for large buffers of a UDP socket. The rule: ask, never insist; what was granted is reported.

import type { Socket } from 'node:dgram';

/** How many octets of datagrams the system is asked to hold for one UDP socket, in each direction: 4 MiB. */
export const ASKED_BUFFER_OCTETS = 4 * 1024 * 1024;

/** Below this no smaller size is asked for: every system gives 64 KiB without being asked. */
const LEAST_OCTETS = 65_536;

type ReceivingSocket = Pick<Socket, 'setRecvBufferSize' | 'getRecvBufferSize'>;
type SendingSocket = Pick<Socket, 'setSendBufferSize' | 'getSendBufferSize'>;

/** Asks for a large receive buffer. Gives the octets granted, of which Linux needs half for its own bookkeeping. */
export function askReceiveBuffer(socket: ReceivingSocket): number {
  askInHalves((octets) => socket.setRecvBufferSize(octets));
  return socket.getRecvBufferSize();
}

/** Asks for a large send buffer. Gives the octets granted, counted as for the receive buffer. */
export function askSendBuffer(socket: SendingSocket): number {
  askInHalves((octets) => socket.setSendBufferSize(octets));
  return socket.getSendBufferSize();
}

// Linux grants as much as it may; OpenBSD refuses what is above its limit, so smaller sizes are asked for in turn.
function askInHalves(ask: (octets: number) => void): void {
  for (let octets = ASKED_BUFFER_OCTETS; octets >= LEAST_OCTETS; octets /= 2) {
    try {
      ask(octets);
      return;
    } catch {
      // Ask for half of it.
    }
  }
}

/** Says what is wrong with a receive buffer that was granted, and what cures it; undefined where it is large enough. */
export function receiveBufferShortage(
  grantedOctets: number,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (grantedOctets >= ASKED_BUFFER_OCTETS / 2) return undefined;
  const asked = `the system grants receive buffers of ${grantedOctets} octets where ${ASKED_BUFFER_OCTETS} were asked for, so that a burst of queries is lost sooner`;
  return `${asked}; ${CURES[platform] ?? 'look for the limit of your system'}`;
}

const CURES: Partial<Record<NodeJS.Platform, string>> = {
  linux: `\`sysctl -w net.core.rmem_max=${ASKED_BUFFER_OCTETS}\` on the host, and the same in /etc/sysctl.d, then restart vlandns`,
  // sb_max is a constant there, 2 MiB; less is granted only while mbuf clusters are short (uipc_socket2.c, sbcheckreserve).
  openbsd: 'mbuf clusters are short: look at `netstat -m`, raise kern.maxclusters, then restart vlandns',
};
