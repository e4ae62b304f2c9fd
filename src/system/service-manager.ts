// Reports our state to systemd (sd_notify(3)), and to nobody else: one datagram to a Unix-domain socket, which Node cannot
// send, so that systemd-notify(1), a part of systemd, sends it.
import { execFile } from 'node:child_process';

/** Reports a state, where systemd asks for it; gives the reason where that failed, else undefined. */
export function tellServiceManager(
  state: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  if (env['NOTIFY_SOCKET'] === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    execFile('systemd-notify', [`--pid=${process.pid}`, ...state], { env, timeout: 10_000 }, (error) =>
      resolve(error === null ? undefined : error.message.trim()),
    );
  });
}
