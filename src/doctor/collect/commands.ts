// What is run and read on each kind of machine, and the file name that its output is kept under. People use the same names
// for outputs that they bring from other machines.

/** One output: of a command, or a file as it is. */
export interface Item {
  /** The name of its file in a capture. */
  readonly file: string;
  /** The program and its arguments. */
  readonly run?: readonly [string, ...string[]];
  /** The file that is copied. */
  readonly read?: string;
}

/** A kind of machine. */
export type HostKind = 'openbsd' | 'linux' | 'proxmox';

// head(1) writes a heading above each of several files; /dev/null makes them several.
const DNSMASQ_D: Item = {
  file: 'dnsmasq.d.txt',
  run: [
    '/bin/sh',
    '-c',
    'for file in /etc/dnsmasq.d/*; do [ -f "$file" ] && exec head -n 2000 /etc/dnsmasq.d/* /dev/null; done',
  ],
};

const openbsd: readonly Item[] = [
  { file: 'ifconfig.txt', run: ['/sbin/ifconfig', '-A'] },
  { file: 'dmesg.txt', run: ['/sbin/dmesg'] },
  { file: 'pcidump.txt', run: ['/usr/sbin/pcidump', '-v'] },
  { file: 'vmstat-iz.txt', run: ['/usr/bin/vmstat', '-iz'] },
  { file: 'route.txt', run: ['/sbin/route', '-n', 'show'] },
  // head(1) writes a heading above each of several files; /dev/null makes them several, and says that these are all.
  { file: 'hostname-if.txt', run: ['/bin/sh', '-c', 'exec /usr/bin/head -n 50 /etc/hostname.* /dev/null'] },
  { file: 'arp.txt', run: ['/usr/sbin/arp', '-an'] },
  { file: 'fstat.txt', run: ['/usr/bin/fstat', '-n'] },
  { file: 'rcctl-on.txt', run: ['/usr/sbin/rcctl', 'ls', 'on'] },
  { file: 'rcctl-failed.txt', run: ['/usr/sbin/rcctl', 'ls', 'failed'] },
  { file: 'pfctl-sr.txt', run: ['/sbin/pfctl', '-sr'] },
  { file: 'pfctl-interfaces.txt', run: ['/sbin/pfctl', '-v', '-s', 'Interfaces'] },
  { file: 'pfctl-si.txt', run: ['/sbin/pfctl', '-si'] },
  { file: 'ntpctl.txt', run: ['/usr/sbin/ntpctl', '-s', 'status'] },
  { file: 'pf.conf', read: '/etc/pf.conf' },
  { file: 'dhcpd.conf', read: '/etc/dhcpd.conf' },
  { file: 'dnsmasq.conf', read: '/etc/dnsmasq.conf' },
  DNSMASQ_D,
  { file: 'resolv.conf', read: '/etc/resolv.conf' },
];

const linux: readonly Item[] = [
  { file: 'ip-route.txt', run: ['ip', 'route', 'show'] },
  { file: 'ip-6-route.txt', run: ['ip', '-6', 'route', 'show'] },
  { file: 'ip-neigh.txt', run: ['ip', 'neigh', 'show'] },
  { file: 'ss.txt', run: ['ss', '-lnutp'] },
  { file: 'nft.txt', run: ['nft', 'list', 'ruleset'] },
  { file: 'iptables.txt', run: ['iptables-save'] },
  { file: 'ip6tables.txt', run: ['ip6tables-save'] },
  { file: 'chronyc.txt', run: ['chronyc', '-n', 'tracking'] },
  { file: 'uname.txt', run: ['uname', '-v'] },
  { file: 'resolv.conf', read: '/etc/resolv.conf' },
  { file: 'dnsmasq.conf', read: '/etc/dnsmasq.conf' },
  DNSMASQ_D,
  { file: 'kea-dhcp4.conf', read: '/etc/kea/kea-dhcp4.conf' },
  { file: 'dhcpd.conf', read: '/etc/dhcp/dhcpd.conf' },
];

const proxmox: readonly Item[] = [
  { file: 'qm-list.txt', run: ['qm', 'list'] },
  { file: 'bridge-vlan.txt', run: ['bridge', '-compressvlans', 'vlan', 'show'] },
  { file: 'bridge-link.txt', run: ['bridge', 'link', 'show'] },
  { file: 'ip-link.txt', run: ['ip', '-d', '-s', 'link', 'show'] },
  {
    file: 'vlan-filtering.txt',
    run: ['/bin/sh', '-c', 'exec grep . /sys/class/net/*/bridge/vlan_filtering /dev/null'],
  },
  { file: 'interfaces', read: '/etc/network/interfaces' },
];

/** What to collect on a kind of machine; collect.ts adds the VMs of a Proxmox host. */
export const items: Readonly<Record<HostKind, readonly Item[]>> = { openbsd, linux, proxmox };

/** Counters that are read twice; the second time under a name with `-2`. */
export const counters: Readonly<Record<HostKind, readonly Item[]>> = {
  openbsd: [
    { file: 'netstat-in.txt', run: ['/usr/bin/netstat', '-in'] },
    { file: 'netstat-udp.txt', run: ['/usr/bin/netstat', '-s', '-p', 'udp'] },
  ],
  linux: [
    { file: 'ip-addr.txt', run: ['ip', '-d', '-s', 'addr', 'show'] },
    { file: 'snmp.txt', read: '/proc/net/snmp' },
  ],
  proxmox: [],
};

/** The name of the second sample: `netstat-in.txt`, then `netstat-in-2.txt`. */
export function secondName(file: string): string {
  return file.replace(/(\.\w+)?$/, '-2$1');
}
