// Run by vlan-namespace.test.ts inside a network namespace: watches the VLANs named in its argument and prints each change
// as one line of JSON. Its second argument says how: by `monitor`, which leaves looks by the clock out, or by `poll`. Ends
// when its input does.

import { readLinks } from '../../../src/links/read-links.ts';
import { ownBinder } from '../../../src/listeners/sockets/binder.ts';
import { openPlainUdpListener } from '../../../src/listeners/udp/plain-udp-listener.ts';
import { ListenerSet } from '../../../src/listeners/vlans/listener-set.ts';
import { TcpConnections } from '../../../src/listeners/stream/tcp-connections.ts';
import { VlanWatch } from '../../../src/listeners/vlans/vlan-watch.ts';
import { openMonitor } from '../../../src/daemon/vlans/vlan-news.ts';
import { ANY_CONNECTIONS, ScriptedPath } from '../listener-parts.ts';

const log = { error: (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`) };
const connections = new TcpConnections(() => ANY_CONNECTIONS);
const handlerFor = () => new ScriptedPath();
const isMonitored = process.argv[3] === 'monitor';
const watch = new VlanWatch({
  listeners: new ListenerSet({
    binder: ownBinder,
    openUdp: openPlainUdpListener,
    handlerFor,
    connections,
    log,
  }),
  readLinks,
  log,
  openMonitor: isMonitored ? openMonitor : () => undefined,
  pollMs: isMonitored ? 3_600_000 : 50,
  onPrefixes: (name, list) => process.stdout.write(`${JSON.stringify({ name, prefixes: list })}\n`),
  onChange(event, status) {
    const addresses = status.bound.map(({ binding }) => binding.address);
    const problems = status.problems.map((problem) => `${problem.fault}: ${problem.why}`);
    const { vlan, state, prefixes, note } = status;
    process.stdout.write(`${JSON.stringify({ event, vlan, state, addresses, problems, prefixes, note })}\n`);
  },
});
const vlans = (process.argv[2] ?? '').split(',').map((name) => ({ name, interface: name, port: 53 }));
await watch.serve(vlans);
process.stdin.resume();
process.stdin.on('end', () => void watch.close());
