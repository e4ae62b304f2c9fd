// Run by vlan-watch.test.ts inside a network namespace: watches the VLANs named in its argument and prints each change
// as one line of JSON. Ends when its input does.

import { readLinks } from '../../../src/links/read-links.ts';
import { ownBinder } from '../../../src/listeners/binder.ts';
import { openPlainUdpListener } from '../../../src/listeners/plain-udp-listener.ts';
import { ListenerSet } from '../../../src/listeners/listener-set.ts';
import { TcpConnections } from '../../../src/listeners/tcp-connections.ts';
import { VlanWatch } from '../../../src/listeners/vlan-watch.ts';
import { ScriptedPath } from '../listener-parts.ts';

const log = { error: (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`) };
const connections = new TcpConnections({ connections: 0, perClient: 0, idleMs: 10_000 });
const handlerFor = () => new ScriptedPath();
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
  pollMs: 50,
  onChange(event, status) {
    const addresses = status.pairs.map((pair) => pair.binding.address);
    const problems = status.problems.map((problem) => `${problem.fault}: ${problem.why}`);
    const { vlan, state, prefixes } = status;
    process.stdout.write(`${JSON.stringify({ event, vlan, state, addresses, problems, prefixes })}\n`);
  },
});
const vlans = (process.argv[2] ?? '').split(',').map((name) => ({ name, interface: name, port: 53 }));
await watch.serve(vlans);
process.stdin.resume();
process.stdin.on('end', () => void watch.close());
