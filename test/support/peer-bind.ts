/** BIND's named as a plain caching forwarder: no validation, forwarders only. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { type ServerUnderTest, startServer, type UpstreamPorts } from './daemon.ts';
import { freePort } from './free-port.ts';

export async function startBind(folder: string, ports: UpstreamPorts): Promise<ServerUnderTest> {
  const port = await freePort();
  const file = path.join(folder, 'named.conf');
  const forwarders = (to: readonly number[]): string =>
    `forward only; forwarders { ${to.map((p) => `127.0.0.1 port ${p};`).join(' ')} };`;
  const zone = (name: string, to: readonly number[]): string =>
    `zone "${name}" { type forward; ${forwarders(to)} };\n`;
  writeFileSync(
    file,
    `options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 port ${port} { ::1; };
  recursion yes;
  allow-query { any; };
  allow-recursion { any; };
  dnssec-validation no;
  tcp-idle-timeout 100;
  tcp-initial-timeout 25;
  ${forwarders(ports.default)}
};
controls { };
${zone('sick.example', ports.sick)}${zone('pair.example', ports.pair)}${zone('closed.example', ports.closed)}${zone('dead.example', ports.dead)}`,
  );
  return startServer({
    name: 'bind',
    command: 'named',
    args: ['-g', '-n', '1', '-c', file],
    endpoints: { servers: { address: '127.0.0.1', port }, six: { address: '::1', port } },
    readyName: 'ready.example.net',
  });
}
