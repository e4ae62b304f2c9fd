// NSD, the upstream of all servers: one root zone in which every name has an address.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import type { Children } from '../children.ts';
import type { Placement } from '../placement.ts';
import type { Tools } from '../tools.ts';
import { pathOf } from '../tools.ts';
import { firstAnswer } from './first-answer.ts';

/** The running upstream. */
export interface Nsd {
  readonly port: number;
  /** How many queries it has had since it started. */
  queries(): Promise<number>;
  stop(): Promise<void>;
}

const ZONE = `$TTL 86400
. SOA ns. hostmaster.ns. 1 3600 600 86400 300
. NS ns.
ns. A 127.0.0.1
*. A 192.0.2.1
`;

/** What it is started with. */
interface Means {
  readonly children: Children;
  readonly placement: Placement;
  readonly tools: Tools;
}

/** Starts NSD. Its replies are minimal, so that every server caches and answers one address. */
export async function startNsd({ children, placement, tools }: Means, scratch: string): Promise<Nsd> {
  const port = await freePort();
  const file = join(scratch, 'nsd.conf');
  writeFileSync(join(scratch, 'root.zone'), ZONE);
  writeFileSync(
    file,
    `server:
  server-count: 1
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${scratch}"
  database: ""
  pidfile: "${join(scratch, 'nsd.pid')}"
  xfrdfile: ""
  zonelistfile: "${join(scratch, 'nsd.zones')}"
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: yes
  control-interface: "${join(scratch, 'nsd.sock')}"
zone:
  name: "."
  zonefile: root.zone
`,
  );
  const child = await children.start([...placement.load, pathOf(tools, 'nsd'), '-d', '-c', file]);
  const control = [...placement.load, pathOf(tools, 'nsd-control'), '-c', file];
  const answered = await firstAnswer(port, () => child.hasEnded());
  if (answered === undefined) throw new Error(`nsd does not answer: ${child.errors()}`);
  return {
    port,
    queries: async () => parseQueries(await children.run([...control, 'stats_noreset'])),
    stop: () => child.stop(),
  };
}

/** `num.queries` of `nsd-control stats`. */
export function parseQueries(stats: string): number {
  return Number(/^num\.queries=(\d+)$/m.exec(stats)?.[1]);
}
