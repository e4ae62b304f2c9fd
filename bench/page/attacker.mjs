// Takes what it can of a web server, for the bench: connections that are opened again as soon as they are closed, of which some say nothing, some
// send a header an octet at a time, some a body that never ends, some a header that is too large.
import { connect } from 'node:net';

const [port, connections] = process.argv.slice(2).map(Number);

const HEAD = 'POST /api/v1/session HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';

/** What each kind does with a connection; gives what ends it. */
const KINDS = [
  () => () => undefined,
  (socket) => drip(socket, `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'a'.repeat(1e6)}`),
  (socket) => drip(socket, `${HEAD}content-length: 60000\r\n\r\n${'a'.repeat(6e4)}`, HEAD.length + 30),
  (socket) => {
    socket.write(`GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'a'.repeat(20 * 1024)}\r\n\r\n`);
    return () => undefined;
  },
];

function drip(socket, text, at = 0) {
  socket.write(text.slice(0, at));
  let sent = at;
  const timer = setInterval(() => socket.write(text[sent++] ?? ''), 200);
  return () => clearInterval(timer);
}

function open(number) {
  const socket = connect(port, '127.0.0.1');
  let end = () => undefined;
  socket.on('connect', () => (end = KINDS[number % KINDS.length](socket)));
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  socket.on('close', () => {
    end();
    setTimeout(() => open(number), 100);
  });
}

for (let number = 0; number < connections; number++) open(number);
