// unbound, configured like the others: one thread, a plain caching forwarder, no log.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from '../rig.ts';
import { pathOf } from '../tools.ts';
import type { Setup } from './setup.ts';

/** Configures unbound; gives the command that runs it. */
export function unboundCommand(rig: Rig, { folder, port, upstreamPort, isLoaded }: Setup): readonly string[] {
  const file = join(folder, 'unbound.conf');
  writeFileSync(
    file,
    // module-config: no validation, as the others do none. The two caches are 32 MiB together, and large
    // socket buffers are what vlandns asks for as well. outgoing-range and num-queries-per-thread only bound misses.
    `server:
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  verbosity: 0
  num-threads: 1
  interface: 127.0.0.1@${port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "iterator"
  minimal-responses: yes
  prefetch: no
  msg-cache-size: 16m
  rrset-cache-size: 16m
  so-rcvbuf: 4m
  so-sndbuf: 4m
  outgoing-range: 8192
  num-queries-per-thread: 4096
${isLoaded ? `include: "${namesFile(rig)}"\n` : ''}remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstreamPort}
`,
  );
  return [pathOf(rig.tools, 'unbound'), '-d', '-c', file];
}

function namesFile(rig: Rig): string {
  const file = join(rig.folder, 'unbound-names.conf');
  if (!existsSync(file))
    writeFileSync(file, rig.names.blocked.map((name) => `local-zone: "${name}" always_nxdomain\n`).join(''));
  return file;
}
