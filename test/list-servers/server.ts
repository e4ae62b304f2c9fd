/** The real servers, each with a list of its own format and one upstream for all that is not on it. */
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type ServerUnderTest, startServer } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';

/** What a server is started on. */
export interface Setting {
  /** A folder of its own. */
  readonly folder: string;
  readonly upstreamPort: number;
  /** Texts of the lists, the first one first; only RPZ has more than one. */
  readonly lists: readonly string[];
}

/** How to start a server that reads one format. */
export type StartPeer = (setting: Setting) => Promise<ServerUnderTest>;

/** The name that each server answers from its upstream when it is ready. */
const READY = 'ready.example';

/** Writes the lists of a setting, and gives their files. */
function writeLists({ folder, lists }: Setting): string[] {
  // BIND and kresd may give up root before they read.
  chmodSync(folder, 0o755);
  return lists.map((text, index) => {
    const file = path.join(folder, `list-${index}.txt`);
    writeFileSync(file, text);
    return file;
  });
}

function start(name: string, args: readonly string[], port: number): Promise<ServerUnderTest> {
  const endpoints = { all: { address: '127.0.0.1', port } };
  return startServer({ name, command: name, args, endpoints, readyName: READY });
}

/** unbound as a forwarder with RPZ zones. */
export const unboundRpz: StartPeer = (setting) => {
  const zones = writeLists(setting).map(
    (file, n) => `rpz:\n  name: "rpz${n}.test."\n  zonefile: "${file}"\n`,
  );
  return startUnbound(setting, 'respip iterator', { inServer: '', below: zones.join('') });
};

/** unbound with local zones. */
export const unboundZones: StartPeer = (setting) => {
  const [file] = writeLists(setting);
  return startUnbound(setting, 'iterator', { inServer: `  include: "${file}"\n`, below: '' });
};

async function startUnbound(
  { folder, upstreamPort }: Setting,
  modules: string,
  parts: { inServer: string; below: string },
): Promise<ServerUnderTest> {
  const port = await freePort();
  const file = path.join(folder, 'unbound.conf');
  writeFileSync(
    file,
    `server:
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  verbosity: 0
  num-threads: 1
  interface: 127.0.0.1@${port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "${modules}"
  qname-minimisation: no
  minimal-responses: yes
  local-zone: "test." nodefault
${parts.inServer}remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstreamPort}
${parts.below}`,
  );
  return start('unbound', ['-d', '-c', file], port);
}

/** BIND's named as a forwarder with response policy zones. */
export const bindRpz: StartPeer = async (setting) => {
  const port = await freePort();
  const { folder, upstreamPort } = setting;
  const file = path.join(folder, 'named.conf');
  const files = writeLists(setting);
  const zones = files.map(
    (list, n) => `zone "rpz${n}.test" { type primary; file "${list}"; check-names ignore; };\n`,
  );
  const order = files.map((_, n) => `zone "rpz${n}.test";`).join(' ');
  writeFileSync(
    file,
    `options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion yes;
  allow-query { any; };
  allow-recursion { any; };
  dnssec-validation no;
  minimal-responses yes;
  forward only;
  forwarders { 127.0.0.1 port ${upstreamPort}; };
  response-policy { ${order} } qname-wait-recurse no break-dnssec yes;
};
controls { };
${zones.join('')}`,
  );
  return start('named', ['-g', '-n', '1', '-c', file], port);
};

/** The PowerDNS recursor as a forwarder with RPZ files. */
export const pdnsRpz: StartPeer = async (setting) => {
  const port = await freePort();
  const { folder, upstreamPort } = setting;
  const lua = path.join(folder, 'rpz.lua');
  const files = writeLists(setting);
  writeFileSync(lua, files.map((list, n) => `rpzFile("${list}", { policyName="rpz${n}" })\n`).join(''));
  writeFileSync(
    path.join(folder, 'recursor.conf'),
    `local-address=127.0.0.1
local-port=${port}
socket-dir=${folder}
dnssec=off
any-to-tcp=no
setuid=
setgid=
threads=1
security-poll-suffix=
forward-zones-recurse=.=127.0.0.1:${upstreamPort}
dont-query=
lua-config-file=${lua}
quiet=yes
`,
  );
  return start('pdns_recursor', [`--config-dir=${folder}`, '--daemon=no'], port);
};

/** Knot Resolver as a forwarder with one RPZ file. */
export const knotRpz: StartPeer = async (setting) => {
  const port = await freePort();
  const { folder, upstreamPort } = setting;
  const file = path.join(folder, 'kresd.conf');
  // To pass ends the chain of rules there, and with it the forwarding; it has to be told to go on.
  const rules = writeLists(setting).map(
    (list, n) => `local zone${n} = policy.rpz(policy.DENY, '${list}')
policy.add(function (request, query)
  local action, again = zone${n}(request, query)
  if action == policy.PASS then return forward end
  return action, again
end)
`,
  );
  writeFileSync(
    file,
    `net.listen('127.0.0.1', ${port}, { kind = 'dns' })
trust_anchors.remove('.')
modules = { 'policy' }
forward = policy.STUB('127.0.0.1@${upstreamPort}')
${rules.join('')}policy.add(policy.all(forward))
cache.size = 20 * MB
`,
  );
  return start('kresd', ['-n', '-c', file, folder], port);
};

/** dnsmasq as a forwarder, the list part of its configuration. */
export const dnsmasq: StartPeer = async (setting) => {
  const port = await freePort();
  const [list] = writeLists(setting);
  return start(
    'dnsmasq',
    [
      '--keep-in-foreground',
      '--log-facility=-',
      `--conf-file=${list}`,
      '--pid-file',
      '--user=root',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      '--listen-address=127.0.0.1',
      '--cache-size=0',
      '--dns-forward-max=5000',
      `--port=${port}`,
      `--server=127.0.0.1#${setting.upstreamPort}`,
    ],
    port,
  );
};

/** The built vlandns; the lists are sources of one list of the given format. */
export async function vlandns(setting: Setting, format: string, main: string): Promise<ServerUnderTest> {
  const port = await freePort();
  const { folder, upstreamPort } = setting;
  const sources = writeLists(setting).map((file) => `{ file: ${path.basename(file)}, format: ${format} }`);
  const file = path.join(folder, 'vlandns.yaml');
  writeFileSync(
    file,
    `vlans:
  all: { listen: ["127.0.0.1:${port}"], subnets: [127.0.0.0/8], policy: all }
policies:
  all: { block: { lists: [all] }, answer: nxdomain, bypass: allow, rebind_protection: false }
lists:
  all: { sources: [${sources.join(', ')}] }
upstreams: { default: ["127.0.0.1:${upstreamPort}"] }
limits: { rate: 0, in_flight: 0, in_flight_per_client: 0 }
server: { state: state }
control: { socket: sock }
`,
  );
  const endpoints = { all: { address: '127.0.0.1', port, source: '127.0.0.1' } };
  return startServer({
    name: 'vlandns',
    command: process.execPath,
    args: [main, 'serve', '-c', file],
    endpoints,
    readyName: READY,
  });
}
