// DHCP as households have it: real servers with the configuration that vlandns generates, real clients that learn from them whom
// to ask, and ask.
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dig } from './answers.ts';
import { ANSWER, isInstalled } from './household.ts';
import type { Household, LabVlan } from './household.ts';
import type { Program } from './namespace.ts';
import { checked } from './trial.ts';
import type { Row, Running, Trial } from './trial.ts';
import { until } from './until.ts';

/** Notes what the client was given, as udhcpc(8) tells its script. */
const SCRIPT = `#!/bin/sh
[ "$1" = bound ] || exit 0
echo "$ip/$mask $dns" > "$LEASE.new" && mv "$LEASE.new" "$LEASE"
`;

/** Starts a DHCP server on the VM with a configuration file. */
interface DhcpServer {
  readonly name: string;
  readonly target: string;
  start(house: Household, file: string): Program;
}

const DNSMASQ: DhcpServer = {
  name: 'dnsmasq',
  target: 'dnsmasq',
  start: (house, file) =>
    house.vm.start('dnsmasq', [
      '--keep-in-foreground',
      `--conf-file=${file}`,
      `--dhcp-leasefile=${join(house.folder, 'dnsmasq.leases')}`,
      `--pid-file=${join(house.folder, 'dnsmasq.pid')}`,
      '--user=root',
    ]),
};

const DHCPD: DhcpServer = {
  name: 'dhcpd',
  target: 'dhcpd',
  start: (house, file) => {
    const leases = house.write('dhcpd.leases', '');
    const interfaces = house.vlans.filter((vlan) => house.hasLink(vlan.interface));
    return house.vm.start('dhcpd', [
      '-4',
      '-f',
      '--no-pid',
      '-user',
      'root',
      '-group',
      'root',
      '-cf',
      file,
      '-lf',
      leases,
      ...interfaces.map((vlan) => vlan.interface),
    ]);
  },
};

/** Clients get the listener of their VLAN from a DHCP server, and its policy's answers there. */
export const leases: Trial = {
  name: 'DNS server by DHCP',
  needs: 'udhcpc',
  async run(running) {
    const rows: Row[] = [];
    for (const server of [DNSMASQ, DHCPD])
      if (isInstalled(server.name)) rows.push(...(await leasesFrom(server, running)));
    return rows;
  },
};

async function leasesFrom(server: DhcpServer, { house }: Running): Promise<Row[]> {
  const tried = `${leases.name}, ${server.name}`;
  const generated = house.vlandns('generate', server.target);
  if (generated.status !== 0) throw new Error(`generate ${server.target}: ${generated.stderr}`);
  const program = server.start(house, house.write(`${server.name}.conf`, generated.stdout));
  const rows: Row[] = [];
  for (const vlan of house.vlans.filter(({ interface: link }) => house.hasLink(link))) {
    const lease = await leaseOf(house, vlan);
    const wrong = lease === undefined ? [`no lease: ${program.said.trim()}`] : wrongWith(vlan, lease);
    rows.push(checked(tried, vlan, wrong, 3));
  }
  await program.stop();
  return rows;
}

/** What a client was given. */
interface Lease {
  readonly address: string;
  readonly resolver: string;
}

async function leaseOf(house: Household, { clients }: LabVlan): Promise<Lease | undefined> {
  const script = house.write('lease.sh', SCRIPT);
  chmodSync(script, 0o755);
  const file = join(house.folder, 'lease');
  rmSync(file, { force: true });
  const args = ['udhcpc', '-i', 'eth0', '-s', script, '-f', '-n', '-q', '-t', '8', '-T', '1'];
  const client = clients.start('env', [`LEASE=${file}`, ...args]);
  await until(() => existsSync(file) || !client.isAlive);
  await client.stop();
  if (!existsSync(file)) return undefined;
  const [address = '', resolver = ''] = readFileSync(file, 'utf8').trim().split(' ');
  return { address, resolver };
}

function wrongWith(vlan: LabVlan, { address, resolver }: Lease): string[] {
  const wrong: string[] = [];
  if (!address.startsWith(`${vlan.four}.`)) wrong.push(`the address ${address}`);
  if (resolver !== `${vlan.four}.1`) wrong.push(`the resolver ${resolver}, not ${vlan.four}.1`);
  const said = dig(vlan, resolver, 'ads.example');
  const expected = vlan.name === 'kids' ? 'NXDOMAIN 15' : ANSWER;
  if (said !== expected) wrong.push(`ads.example is ${said}, not ${expected}`);
  return wrong;
}
