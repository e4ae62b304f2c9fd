/** dnsmasq as a plain caching forwarder. */
import { type ServerUnderTest, startServer, type UpstreamPorts } from './daemon.ts';
import { freePort } from './free-port.ts';

export async function startDnsmasq(_folder: string, ports: UpstreamPorts): Promise<ServerUnderTest> {
  const port = await freePort();
  const servers = (zone: string, to: readonly number[]): string[] =>
    to.map((p) => `--server=${zone}127.0.0.1#${p}`);
  return startServer({
    name: 'dnsmasq',
    command: 'dnsmasq',
    args: [
      '--keep-in-foreground',
      '--log-facility=-',
      '--conf-file=/dev/null',
      '--pid-file',
      '--user=root',
      '--no-resolv',
      '--no-hosts',
      '--strict-order',
      '--bind-interfaces',
      '--listen-address=127.0.0.1,::1',
      '--cache-size=10000',
      '--dns-forward-max=1000',
      `--port=${port}`,
      ...servers('', ports.default),
      ...servers('/sick.example/', ports.sick),
      ...servers('/pair.example/', ports.pair),
      ...servers('/closed.example/', ports.closed),
      ...servers('/dead.example/', ports.dead),
    ],
    endpoints: { servers: { address: '127.0.0.1', port }, six: { address: '::1', port } },
    readyName: 'ready.example.net',
  });
}
