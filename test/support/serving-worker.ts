// Run by bound-sockets.test.ts as a worker: binds the ports in its arguments on 127.0.0.1 through its parent, each for UDP
// and TCP, and answers with its process id. A datagram `drop` has it close that port.
import { once } from 'node:events';
import { ParentBinder, sendToParent } from '../../src/privilege/parent-binder.ts';

const ADDRESS = '127.0.0.1';
const binder = new ParentBinder();
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));

async function serve(port: number): Promise<void> {
  // TCP first: who hears from us over UDP may connect at once.
  const server = await binder.listenTcp(ADDRESS, port);
  server.on('connection', (connection) => {
    connection.on('error', () => connection.destroy());
    // Only once the client has closed its side: a server that does not allow half-open connections says nothing then.
    void once(connection, 'end').then(() => connection.end(`late ${process.pid}`));
    connection.resume();
  });
  const socket = await binder.bindUdp(ADDRESS, port);
  socket.on('message', (message, sender) => {
    if (message.toString() === 'drop') {
      socket.close();
      server.close();
      for (const transport of ['udp', 'tcp'] as const) binder.released(transport, ADDRESS, port);
      return;
    }
    socket.send(`${message.toString()} ${process.pid}`, sender.port, sender.address);
  });
}

for (const port of process.argv.slice(2)) await serve(Number(port));
sendToParent({ kind: 'ready' });
