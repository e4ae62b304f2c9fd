// dnsmasq, configured like the others: a plain caching forwarder, no log.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rig } from '../rig.ts';
import { pathOf } from '../tools.ts';
import type { Setup } from './setup.ts';

/**
 * dnsmasq counts answers, not octets: as many of its 120-octet records as fit 32 MiB. With 50,000 the cache was full after
 * some misses, and every further one searched all of it (0.8 ms).
 */
const CACHE_ENTRIES = 250_000;

/** Configures dnsmasq; gives the command that runs it. */
export function dnsmasqCommand(rig: Rig, { folder, port, upstreamPort, isLoaded }: Setup): readonly string[] {
  const file = join(folder, 'dnsmasq.conf');
  writeFileSync(
    file,
    // dns-forward-max only bounds misses. dnsmasq has no setting for socket buffers.
    `keep-in-foreground
log-facility=/dev/null
pid-file=
user=
no-resolv
no-hosts
no-poll
bind-interfaces
listen-address=127.0.0.1
port=${port}
server=127.0.0.1#${upstreamPort}
cache-size=${CACHE_ENTRIES}
dns-forward-max=10000
${isLoaded ? `conf-file=${namesFile(rig)}\n` : ''}`,
  );
  return [pathOf(rig.tools, 'dnsmasq'), `--conf-file=${file}`];
}

function namesFile(rig: Rig): string {
  const file = join(rig.folder, 'dnsmasq-names.conf');
  if (!existsSync(file)) writeFileSync(file, rig.names.blocked.map((name) => `address=/${name}/\n`).join(''));
  return file;
}
