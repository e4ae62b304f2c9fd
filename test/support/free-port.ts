/** Finds ports for servers whose port has to be configured. */
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

/** A port that was free a moment ago for UDP and TCP both. */
export async function freePort(address = '127.0.0.1'): Promise<number> {
  for (;;) {
    const tcp = net.createServer().listen(0, address);
    await once(tcp, 'listening');
    const bound = tcp.address();
    const port = bound === null || typeof bound === 'string' ? 0 : bound.port;
    const udp = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4');
    const isFree = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false));
      udp.bind(port, address, () => resolve(true));
    });
    udp.close();
    tcp.close();
    if (isFree) return port;
  }
}
