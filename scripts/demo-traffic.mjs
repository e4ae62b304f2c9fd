// The traffic of the demo: a few pretend clients on loopback addresses of their own, who ask for popular names more often, in bursts, as a
// household does. The rule: whatever goes wrong with it, the demo goes on.
import { createSocket } from 'node:dgram';
import { encode } from 'dns-packet';

const VLANS = {
  kids: {
    port: 5340,
    clients: ['127.0.0.40', '127.0.0.41', '127.0.0.42', '127.0.0.43'],
    // The most popular first.
    names: [
      'www.example.com',
      'chat.example',
      'demotube.example',
      'ads.example',
      'school.example.org',
      'poker.game.example',
      'chess.game.example',
      'tracker.example.net',
      'cdn.example.net',
      'nas.home.arpa',
      'news.example.org',
      'casino.example',
      'telemetry.example.com',
      'library.example.org',
      'adult.example',
    ],
  },
  servers: {
    port: 5360,
    clients: ['127.0.0.61', '127.0.0.62'],
    names: [
      'time.example.org',
      'updates.example.com',
      'mirror.example.net',
      'backup.example.org',
      'nas.home.arpa',
    ],
  },
};

/** Queries a second on the whole, and how long until the next burst or lull, in milliseconds. */
const RATES = [1, 2, 3, 8];
const MOOD_MS = 6000;

/** Asks until it is told to stop. */
export function startTraffic() {
  const sockets = Object.entries(VLANS).flatMap(([vlan, { port, clients, names }]) =>
    clients.flatMap((address) => {
      const socket = createSocket('udp4');
      // A system without that loopback address, or a VLAN that is not served: there is a client less.
      socket.on('error', () => socket.close());
      socket.bind(0, address);
      return [{ vlan, socket, port, names }];
    }),
  );
  let rate = RATES[1];
  const mood = setInterval(() => (rate = RATES[Math.floor(Math.random() * RATES.length)]), MOOD_MS);
  let timer;
  const next = () => {
    askOne(sockets);
    timer = setTimeout(next, (1000 / rate) * (0.3 + Math.random() * 1.4));
  };
  next();
  return () => {
    clearTimeout(timer);
    clearInterval(mood);
    for (const { socket } of sockets) close(socket);
  };
}

function askOne(sockets) {
  const { socket, port, names } = sockets[Math.floor(Math.random() * sockets.length)];
  // As in a household: the first name is asked for many times as often as the last.
  const name = names[Math.floor(Math.random() ** 2.2 * names.length)];
  const type = Math.random() < 0.6 ? 'A' : 'AAAA';
  const id = Math.floor(Math.random() * 65536);
  try {
    socket.send(encode({ type: 'query', id, flags: 0x0100, questions: [{ type, name }] }), port, '127.0.0.1');
  } catch {
    // It was closed.
  }
}

function close(socket) {
  try {
    socket.close();
  } catch {
    // It was closed.
  }
}
