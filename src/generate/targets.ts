// Everything that `vlandns generate` can make, each under its name on the command line.

import { dhcpdConf } from './neighbours/dhcpd.ts';
import { dnsmasqConf } from './neighbours/dnsmasq.ts';
import { hostnameIf } from './system/hostname-if.ts';
import { ifstatedConf } from './system/ifstated.ts';
import { keaFour, keaSix } from './neighbours/kea.ts';
import { loginClass } from './system/login-class.ts';
import { mikrotikFirewall } from './filters/mikrotik-firewall.ts';
import { mikrotikScript } from './neighbours/mikrotik.ts';
import { newsyslogLine } from './system/newsyslog.ts';
import { nftablesRules } from './filters/nftables.ts';
import { pfLoopbackRules, pfRules } from './filters/pf.ts';
import type { Generated, Plan } from './plan.ts';
import type { Program } from './system/program.ts';
import { radConf } from './neighbours/rad.ts';
import { rcScript } from './system/rc-script.ts';

/** What is made from the VLANs and the present state of this machine's interfaces. */
export const vlanTargets: Readonly<Record<string, (plan: Plan) => Generated>> = {
  dhcpd: dhcpdConf,
  rad: radConf,
  kea: keaFour,
  kea6: keaSix,
  dnsmasq: dnsmasqConf,
  mikrotik: mikrotikScript,
  'mikrotik-firewall': mikrotikFirewall,
  pf: pfRules,
  'pf-loopback': pfLoopbackRules,
  nftables: nftablesRules,
  'hostname.if': hostnameIf,
  ifstated: ifstatedConf,
};

/** What is made from the installation. */
export const programTargets: Readonly<Record<string, (program: Program) => Generated>> = {
  'rc.d': rcScript,
  newsyslog: newsyslogLine,
  'login.conf.d': loginClass,
};
