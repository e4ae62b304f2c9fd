// Says in words why an address could not be bound, and how to cure it.

import type { SocketName, PortHolder } from './port-holder.ts';
import { readPortHolder } from './port-holder.ts';

/** A failed bind: the system's `code` (EADDRINUSE, EACCES...), the reason, and what to do. */
export interface BindFault {
  readonly code: string;
  readonly transport: SocketName['transport'];
  readonly why: string;
  readonly cure: string;
}

/** Explains why binding an endpoint failed; looks for the program that holds it where that is the reason. */
export async function explainBindFault(error: unknown, endpoint: SocketName): Promise<BindFault> {
  const code = errorCode(error);
  const holder = code === 'EADDRINUSE' ? await readPortHolder(endpoint) : undefined;
  return { code, transport: endpoint.transport, ...bindFaultText(code, endpoint, holder) };
}

/** The words for a failed bind. */
export function bindFaultText(
  code: string,
  endpoint: SocketName,
  holder?: PortHolder,
): { why: string; cure: string } {
  const { address, port, transport } = endpoint;
  const where = `${address} port ${port}/${transport}`;
  switch (code) {
    case 'EADDRINUSE':
      if (holder === undefined) {
        return {
          why: `${where} is in use by another program (only root is told which one)`,
          cure: `find it with \`fstat -n | grep ':${port}'\` (OpenBSD) or \`ss -lnp 'sport = :${port}'\` (Linux, as root) and stop it or move it`,
        };
      }
      return {
        why: `${where} is in use: ${holder.program} (process ${holder.processId}) holds ${holder.holds}`,
        cure: `stop ${holder.program}, or configure it to leave ${address} alone`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        why: `no permission to bind ${where}${port < 1024 ? '; ports below 1024 are for root' : ''}`,
        cure: 'start as root with `server.user` (only binding is done as root then), or on Linux give CAP_NET_BIND_SERVICE, or listen on a loopback port above 1023 and let the packet filter redirect to it',
      };
    case 'EADDRNOTAVAIL':
      return {
        why: `the system says ${address} is not a usable address of this machine now: it is absent, or an IPv6 address still being checked (tentative)`,
        cure: 'it is tried again by itself; if it stays so, look at the addresses with `ifconfig` or `ip addr`',
      };
    case 'ETIMEDOUT':
      return {
        why: `the socket for ${where} did not come from the parent process`,
        cure: 'the worker may have no file descriptors left: raise the limit (openfiles in login.conf, LimitNOFILE, `ulimit -n`), or serve fewer addresses',
      };
    case 'EAFNOSUPPORT':
      return {
        why: `this system has no ${address.includes(':') ? 'IPv6' : 'IPv4'}`,
        cure: `leave out ${address}`,
      };
    default:
      return { why: `binding ${where} failed: ${code}`, cure: 'see the system log' };
  }
}

/** The system's code of an error, else its message. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
