// All that `vlandns generate` can make, each under the name that it is asked for by.

import { dhcpdConf } from './dhcpd.ts';
import { dnsmasqConf } from './dnsmasq.ts';
import { hostnameIf } from './hostname-if.ts';
import { ifstatedConf } from './ifstated.ts';
import { keaFour, keaSix } from './kea.ts';
import { loginClass } from './login-class.ts';
import { mikrotikFirewall } from './mikrotik-firewall.ts';
import { mikrotikScript } from './mikrotik.ts';
import { newsyslogLine } from './newsyslog.ts';
import { nftablesRules } from './nftables.ts';
import { pfLoopbackRules, pfRules } from './pf.ts';
import type { Generated, Plan } from './plan.ts';
import type { Program } from './program.ts';
import { radConf } from './rad.ts';
import { rcScript } from './rc-script.ts';

/** What is made of the VLANs, and with it of what this machine's interfaces have now. */
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

/** What is made of the installation. */
export const programTargets: Readonly<Record<string, (program: Program) => Generated>> = {
  'rc.d': rcScript,
  newsyslog: newsyslogLine,
  'login.conf.d': loginClass,
};
