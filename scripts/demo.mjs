// `npm start`: serves config/vlandns.demo.yaml, with a little upstream beside it that answers for the reserved example
// names and a few clients that ask, so that everything can be tried without a network, the page too. The rule: it ends when the daemon does, and the daemon with it.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { decode, encode, AUTHORITATIVE_ANSWER } from 'dns-packet';
import { startTraffic } from './demo-traffic.mjs';

const UPSTREAM = { address: '127.0.0.1', port: 5390 };

/** What can be tried, by VLAN. */
const HINTS = {
  kids: [
    'dig @127.0.0.1 -p 5340 ads.example       kids:    blocked by a list: NXDOMAIN, and EDE says which',
    'dig @127.0.0.1 -p 5340 nas.home.arpa     kids:    answered here: 192.0.2.10',
  ],
  servers: [
    'dig @127.0.0.1 -p 5360 ads.example       servers: not filtered: 192.0.2.80 from the upstream of this demo',
  ],
};

const TRAFFIC =
  'Clients that this demo makes up ask a few names a second, so that the query log has something in it.';

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
upstream.once('error', (error) => {
  process.stderr.write(`${whyNoUpstream(error)}\n`);
  process.exit(1);
});
// Before the daemon: without its upstream the demo shows nothing.
upstream.bind(UPSTREAM.port, UPSTREAM.address, startDaemon);

function whyNoUpstream({ code, message }) {
  const where = `${UPSTREAM.address} port ${UPSTREAM.port}/udp`;
  if (code !== 'EADDRINUSE') return `the upstream of the demo cannot listen on ${where}: ${message}`;
  return (
    `${where}, where the upstream of the demo would listen, is in use, perhaps by another npm start: ` +
    `find it with \`ss -lunp 'sport = :${UPSTREAM.port}'\` (Linux) or \`fstat -n | grep :${UPSTREAM.port}\` (OpenBSD), ` +
    'stop it and try again'
  );
}

let stopTraffic = () => undefined;

function startDaemon() {
  const daemon = spawn(process.execPath, ['dist/main.js', 'serve', '-c', 'config/vlandns.demo.yaml'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // However this ends, the daemon is not left behind: it would take the ports of the next one.
  process.on('exit', () => daemon.kill());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => daemon.kill());
  tellWhenReady(daemon.stdout);
  daemon.on('error', (error) => {
    process.stderr.write(`vlandns cannot be started: ${error.message}\n`);
    process.exitCode = 1;
    upstream.close();
  });
  daemon.on('exit', (code) => {
    stopTraffic();
    upstream.close();
    process.exitCode = code ?? 1;
  });
}

/** Passes the log on, and after the line that says ready what can be tried. */
function tellWhenReady(log) {
  const vlans = new Map();
  let rest = '';
  log.setEncoding('utf8');
  log.on('data', (text) => {
    process.stdout.write(text);
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const { event = '', vlan, msg } = toFields(line);
      if (vlan !== undefined) vlans.set(vlan, { isServed: msg === `VLAN ${vlan} is served`, msg });
      if (event === 'ready') {
        process.stdout.write(hintOn(vlans));
        if (vlans.size > 0) stopTraffic = startTraffic();
      }
      // The recorder serves it, which is there a moment later.
      if (event === 'web_listening') process.stdout.write(`\nLook at it in a browser: ${msg}\n\n`);
      if (event === 'web_fault') process.stdout.write(`\nThe demo goes on without its page: ${msg}\n\n`);
    }
  });
}

function toFields(line) {
  try {
    return JSON.parse(line);
  } catch {
    // Not a line of the log.
    return {};
  }
}

/** What can be tried of what is served, and what is not served. */
function hintOn(vlans) {
  const isServed = (name) => vlans.get(name)?.isServed === true;
  const tries = Object.entries(HINTS).flatMap(([name, hints]) => (isServed(name) ? hints : []));
  const faults = [...vlans.values()].filter((vlan) => !vlan.isServed).map(({ msg }) => msg);
  const head = faults.length === 0 ? 'vlandns is ready.' : `vlandns runs, but ${faults.join('; and ')}.`;
  const body =
    tries.length === 0 ? '' : ` Try, in another terminal:\n\n${tries.map((line) => `  ${line}\n`).join('')}`;
  return `\n${head}${body}\n${TRAFFIC}\nEnd it with Ctrl-C.\n\n`;
}
