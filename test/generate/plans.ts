/** Plans for tests: three VLANs, two of them on interfaces, and the links of a machine that has them. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/reader.ts';
import { bypassAddresses } from '../../src/packaged/bypass-addresses.ts';
import { callOf } from '../../src/generate/comments.ts';
import { factsOf } from '../../src/generate/plan.ts';
import type { Plan } from '../../src/generate/plan.ts';
import { programOf } from '../../src/generate/system/program.ts';
import type { Program } from '../../src/generate/system/program.ts';
import type { LinkAddress, LinkState } from '../../src/links/link-state.ts';
import { driverOf } from '../../src/links/link-state.ts';

const THREE_VLANS = fileURLToPath(new URL('three-vlans.yaml', import.meta.url));
const FILE = '/etc/vlandns/vlandns.yaml';

/** An interface with addresses such as `192.0.2.1/24`, up and with carrier. */
export function link(name: string, addresses: readonly string[], more: Partial<LinkState> = {}): LinkState {
  return {
    name,
    driver: driverOf(name),
    up: true,
    running: true,
    carrier: 'yes',
    addresses: addresses.map(toAddress),
    evidence: `${name}: flags=8843<UP>`,
    ...more,
  };
}

function toAddress(text: string): LinkAddress {
  const [address = '', length] = text.split('/');
  return { address, family: address.includes(':') ? 6 : 4, prefixLength: Number(length), state: 'ready' };
}

/** The links of the machine that serves the three VLANs. */
export const LINKS: readonly LinkState[] = [
  link('lo0', ['127.0.0.1/8', '::1/128'], { carrier: 'none' }),
  link('em0', ['192.168.40.2/24', 'fe80::2%em0/64', 'fd00:40::2/64']),
  link('vio0', ['192.168.60.2/24', 'fd00:60::2/64']),
];

/** The configuration of the three VLANs, as if it lay in its usual place. */
export function threeVlans(): Config {
  return { ...parseConfig(THREE_VLANS), file: FILE };
}

/** Reads a configuration from text. */
export function configOf(folder: string, text: string): Config {
  const file = path.join(folder, 'vlandns.yaml');
  writeFileSync(file, text);
  return parseConfig(file);
}

/** The plan of a configuration on OpenBSD; `names` are the VLANs, all where there are none. */
export function planOf(config: Config, links = LINKS, names: readonly string[] = []): Plan {
  const sources = { config, links, platform: 'openbsd' } as const;
  return {
    call: callOf('WHAT', config.file, names),
    file: config.file,
    vlans: config.vlans
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map((vlan) => factsOf(vlan, sources)),
    resolvers: bypassAddresses(),
  };
}

/** The program of a configuration, installed as README.md says. */
export function programAt(config: Config, at: Partial<Program> = {}): Program {
  const installation = {
    call: callOf('WHAT', config.file, []),
    node: '/usr/local/bin/node',
    main: '/usr/local/libexec/vlandns/dist/main.js',
  };
  return { ...programOf(config, installation), ...at };
}
