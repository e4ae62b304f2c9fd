// What systemd is told of our state (sd_notify(3)): one datagram to a Unix-domain socket, which Node cannot send, so that
// systemd-notify(1) does; it is part of systemd. Nobody else is told anything.
import { execFile } from 'node:child_process';

/** Tells systemd, where it waits to be told; gives why it could not be, or undefined. */
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
