/** unbound as a plain caching forwarder: no validation, no root, one thread. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { type ServerUnderTest, startServer, type UpstreamPorts } from './daemon.ts';
import { freePort } from './free-port.ts';

export async function startUnbound(folder: string, ports: UpstreamPorts): Promise<ServerUnderTest> {
  const port = await freePort();
  const file = path.join(folder, 'unbound.conf');
  const forward = (zone: string, to: readonly number[]): string =>
    `forward-zone:\n  name: "${zone}"\n${to.map((p) => `  forward-addr: 127.0.0.1@${p}\n`).join('')}`;
  writeFileSync(
    file,
    `server:
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  verbosity: 0
  num-threads: 1
  interface: 127.0.0.1@${port}
  interface: ::1@${port}
  access-control: 127.0.0.0/8 allow
  access-control: ::1/128 allow
  do-not-query-localhost: no
  module-config: "iterator"
  qname-minimisation: no
  minimal-responses: no
  tcp-idle-timeout: 10000
  incoming-num-tcp: 200
  ede: yes
${['example.net', 'sick.example', 'pair.example'].map((z) => `  domain-insecure: "${z}"\n`).join('')}remote-control:
  control-enable: no
${forward('.', ports.default)}${forward('sick.example', ports.sick)}${forward('pair.example', ports.pair)}${forward('closed.example', ports.closed)}${forward('dead.example', ports.dead)}`,
  );
  return startServer({
    name: 'unbound',
    command: 'unbound',
    args: ['-d', '-c', file],
    endpoints: { servers: { address: '127.0.0.1', port }, six: { address: '::1', port } },
    readyName: 'ready.example.net',
  });
}
