// The lab's network: a VM with an interface for each of three VLANs and one to the world, as in a household, joined by veth.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtMain } from '../support/build.ts';
import { Asker } from './load.ts';
import { Namespace } from './namespace.ts';
import type { Finished, Program } from './namespace.ts';
import { until } from './until.ts';

/** A VLAN of the lab: the VM's interface in it, its addresses, and the machine of its clients. */
export interface LabVlan {
  readonly name: string;
  readonly id: number;
  readonly interface: string;
  /** First three octets of its IPv4 subnet, and its IPv6 prefix of 64 bits without the colons at the end. */
  readonly four: string;
  readonly six: string;
  /** The rcode of `ads.example` under its policy: NXDOMAIN where it is blocked, else NOERROR. */
  readonly adsRcode: 0 | 3;
  readonly clients: Namespace;
  readonly asker: Asker;
}

const WORLD = { vm: '203.0.113.2', resolver: '203.0.113.53' } as const;

/** What the world's resolver says for every name. */
export const ANSWER = '198.51.100.7';

const VLANS = [
  { name: 'kids', id: 40, interface: 'em0', four: '10.40.0', six: 'fd00:40:0:1', adsRcode: 3 },
  { name: 'servers', id: 60, interface: 'vio0', four: '10.60.0', six: 'fd00:60:0:1', adsRcode: 0 },
  { name: 'guests', id: 80, interface: 'vio1', four: '10.80.0', six: 'fd00:80:0:1', adsRcode: 0 },
] as const;

/** Whether there is a command of this name. */
export function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Why the lab cannot run here, or undefined. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux') return 'needs network namespaces, which are Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = ['ip', 'dnsmasq', 'dig'].find((tool) => !isInstalled(tool));
  if (missing !== undefined) return `needs ${missing}`;
  const name = `vlandns-${process.pid}-try`;
  const made = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (made.status !== 0) return `network namespaces cannot be made here: ${made.stderr.trim()}`;
  const pair = spawnSync('ip', ['-n', name, 'link', 'add', 'a0', 'type', 'veth', 'peer', 'name', 'b0']);
  spawnSync('ip', ['netns', 'delete', name]);
  return pair.status === 0 ? undefined : 'veth interfaces cannot be made here';
}

/** The network with its VM. */
export class Household {
  readonly vm: Namespace;
  readonly world: Namespace;
  readonly vlans: readonly LabVlan[];
  readonly folder: string;
  readonly #prefix = `vlandns-${process.pid}`;
  #resolver: Program | undefined;

  /** Makes all machines and cables; the VM has no interface to the guests yet. */
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'vlandns-lab-'));
    chmodSync(this.folder, 0o755);
    this.vm = new Namespace(`${this.#prefix}-vm`);
    this.world = new Namespace(`${this.#prefix}-world`);
    this.#joinWorld();
    this.vlans = VLANS.map((vlan) => {
      const clients = new Namespace(`${this.#prefix}-${vlan.name}`);
      return { ...vlan, clients, asker: new Asker(clients) };
    });
    for (const vlan of this.vlans.filter(({ name }) => name !== 'guests')) this.plugIn(vlan);
    this.startResolver();
    this.write('ads.txt', 'ads.example\n');
    this.write('adult.txt', '||adult.example^\n');
    this.configure();
  }

  /** The VLAN of a name. */
  vlan(name: string): LabVlan {
    const found = this.vlans.find((vlan) => vlan.name === name);
    if (found === undefined) throw new Error(`the lab has no VLAN ${name}`);
    return found;
  }

  /** Whether the VM has an interface. */
  hasLink(name: string): boolean {
    return this.vm.ip('-o link show').includes(` ${name}@`);
  }

  /** Joins a VLAN's clients to the VM, which gets its addresses there. */
  plugIn({ interface: name, clients, four, six }: LabVlan): void {
    this.vm.ip(`link add ${name} type veth peer name eth0 netns ${clients.name}`);
    this.vm.ip(`link set ${name} up`);
    clients.ip('link set eth0 up');
    // Linux forgets IPv6 addresses of interfaces that go down, but the lab's clients have nobody to tell them again.
    clients.sh('echo 1 > /proc/sys/net/ipv6/conf/eth0/keep_addr_on_down');
    this.vm.ip(`address add ${four}.1/24 dev ${name}`);
    this.vm.ip(`-6 address add ${six}::1/64 dev ${name} nodad`);
    clients.ip(`address add ${four}.9/24 dev eth0`);
    clients.ip(`-6 address add ${six}::9/64 dev eth0 nodad`);
  }

  /** Starts the world's resolver: every name has one address. */
  startResolver(): void {
    this.#resolver = this.world.start('dnsmasq', [
      '--keep-in-foreground',
      '--no-resolv',
      '--no-hosts',
      '--conf-file=/dev/null',
      `--pid-file=${join(this.folder, 'resolver.pid')}`,
      `--listen-address=${WORLD.resolver}`,
      '--bind-interfaces',
      `--address=/#/${ANSWER}`,
      '--local-ttl=300',
      '--user=root',
    ]);
  }

  async stopResolver(): Promise<void> {
    await this.#resolver?.stop();
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  get configFile(): string {
    return join(this.folder, 'vlandns.yaml');
  }

  /** Writes the configuration: with one more rule of the kids' policy, and with the guests' VLAN under another name. */
  configure(more = '', guests = 'guests'): void {
    const vlans = this.vlans.map(
      ({ name, id, interface: link }) =>
        `  ${name === 'guests' ? guests : name}: { id: ${id}, interface: ${link}, subnets: interface, policy: ${name} }`,
    );
    this.write(
      'vlandns.yaml',
      [
        'vlans:',
        ...vlans,
        'policies:',
        '  servers: {}',
        '  guests: { block: { lists: [adult] } }',
        `  kids: { block: { lists: [ads, adult], rules: [casino.example${more === '' ? '' : `, ${more}`}] } }`,
        'lists: { ads: ads.txt, adult: adult.txt }',
        `upstreams: { default: ["${WORLD.resolver}"] }`,
        'limits: { rate: 0 }',
        'server: { user: nobody, state: state }',
        'control: { socket: sock }',
        '',
      ].join('\n'),
    );
  }

  /** Runs a command of vlandns on the VM. */
  vlandns(...args: string[]): Finished {
    return this.vm.run(process.execPath, [builtMain(), ...args, '-c', this.configFile]);
  }

  /** Starts the daemon and waits until it is ready. */
  async serve(): Promise<Program> {
    const daemon = this.vm.start(process.execPath, [builtMain(), 'serve', '-c', this.configFile]);
    for (const { asker } of this.vlans) await asker.ready();
    await until(() => daemon.stdout.includes('"event":"ready"') || !daemon.isAlive);
    if (!daemon.isAlive) throw new Error(`the daemon did not start:\n${daemon.said}`);
    return daemon;
  }

  async remove(): Promise<void> {
    for (const { clients } of this.vlans) await clients.remove();
    await this.vm.remove();
    await this.world.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #joinWorld(): void {
    this.vm.ip(`link add wan0 type veth peer name eth0 netns ${this.world.name}`);
    this.vm.ip('link set wan0 up');
    this.world.ip('link set eth0 up');
    this.vm.ip(`address add ${WORLD.vm}/24 dev wan0`);
    this.world.ip(`address add ${WORLD.resolver}/24 dev eth0`);
  }
}
