// `npm start`: serves config/vlandns.demo.yaml, with a little upstream beside it that answers for the reserved example
// names, so that everything can be tried without a network. Ends when the daemon does.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { decode, encode, AUTHORITATIVE_ANSWER } from 'dns-packet';

const HINT = `
vlandns is ready. Try, in another terminal:

  dig @127.0.0.1 -p 5340 ads.example       kids:    blocked by a list: NXDOMAIN, and EDE says which
  dig @127.0.0.1 -p 5360 ads.example       servers: not filtered: 192.0.2.80 from the demo's upstream
  dig @127.0.0.1 -p 5340 nas.home.arpa     kids:    answered here: 192.0.2.10

End it with Ctrl-C.
`;

const upstream = createSocket('udp4');
upstream.on('message', (message, { address, port }) => {
  try {
    const { id, questions = [] } = decode(message);
    const answers = questions
      .filter(({ type }) => type === 'A')
      .map(({ name }) => ({ type: 'A', name, ttl: 60, data: '192.0.2.80' }));
    upstream.send(
      encode({ type: 'response', id, flags: AUTHORITATIVE_ANSWER, questions, answers }),
      port,
      address,
    );
  } catch {
    // Not a query: no answer.
  }
});
upstream.bind(5390, '127.0.0.1');

const daemon = spawn(process.execPath, ['dist/main.js', 'serve', '-c', 'config/vlandns.demo.yaml'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let said = '';
daemon.stdout.on('data', (text) => {
  process.stdout.write(text);
  if (said === undefined) return;
  said += text;
  if (!said.includes('"event":"ready"')) return;
  process.stdout.write(HINT);
  said = undefined;
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => daemon.kill(signal));
daemon.on('exit', (code) => {
  upstream.close();
  process.exitCode = code ?? 1;
});
