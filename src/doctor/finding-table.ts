// All findings there are, from the router to the upstream. A new one is a file and a line here.

import type { Finder } from './finding.ts';
import { addressDuplicated } from './findings/guest/address-duplicated.ts';
import { configInterruptLost } from './findings/guest/config-interrupt-lost.ts';
import { driverTrouble } from './findings/guest/driver-trouble.ts';
import { noHostnameIf } from './findings/guest/hostname-if.ts';
import { interfaceAbsent } from './findings/guest/interface-absent.ts';
import { listenNowhere } from './findings/guest/listen-nowhere.ts';
import { noAddress } from './findings/guest/no-address.ts';
import { noCarrier } from './findings/guest/no-carrier.ts';
import { notUp } from './findings/guest/not-up.ts';
import { prefixTooLong } from './findings/guest/prefix-too-long.ts';
import { subnetsMissInterface } from './findings/guest/subnets-miss-interface.ts';
import { cardWithoutTag } from './findings/network/card-without-tag.ts';
import { doubleTagging } from './findings/network/double-tagging.ts';
import { firewallBridge } from './findings/network/firewall-bridge.ts';
import { hostLinkDown } from './findings/network/host-link-down.ts';
import { routerBridgeTag } from './findings/router/router-bridge-tag.ts';
import { routerFiltering } from './findings/router/router-filtering.ts';
import { routerPvidStrips } from './findings/router/router-pvid-strips.ts';
import { routerVlan } from './findings/router/router-vlan.ts';
import { tapLacksVlan } from './findings/network/tap-lacks-vlan.ts';
import { tapNotInBridge } from './findings/network/tap-not-in-bridge.ts';
import { tapTaggedEgress } from './findings/network/tap-tagged-egress.ts';
import { tapWrongPvid } from './findings/network/tap-wrong-pvid.ts';
import { trunksLackVlan } from './findings/network/trunks-lack-vlan.ts';
import { trunksNeedFiltering } from './findings/network/trunks-need-filtering.ts';
import { uplinkLacksVlan } from './findings/network/uplink-lacks-vlan.ts';
import { vlanFilteringOff } from './findings/network/vlan-filtering-off.ts';
import { wrongTag } from './findings/network/wrong-tag.ts';
import { certificateRefused } from './findings/service/certificate-refused.ts';
import { clockWrong } from './findings/service/clock-wrong.ts';
import { dhcpOtherDns } from './findings/service/dhcp-other-dns.ts';
import { kernelDrops, udpDrops } from './findings/service/kernel-drops.ts';
import { netfilterBlocks } from './findings/filters/netfilter-blocks.ts';
import { netfilterRedirects } from './findings/filters/netfilter-redirects.ts';
import { noDefaultRoute } from './findings/service/no-default-route.ts';
import { notRunning } from './findings/service/not-running.ts';
import { notServed } from './findings/service/not-served.ts';
import { pfBlocks } from './findings/filters/pf-blocks.ts';
import { pfRedirects } from './findings/filters/pf-redirects.ts';
import { listFileMissing, listNotFetched } from './findings/service/list-never-read.ts';
import { localResolver, portHeld } from './findings/service/port-held.ts';
import { queriesNotCounted } from './findings/service/queries-not-counted.ts';
import { sourceMismatch } from './findings/service/source-mismatch.ts';
import { upstreamUnreachable } from './findings/service/upstream-unreachable.ts';

/** Every finder; diagnose.ts puts what they find into order. */
export const finders: readonly Finder[] = [
  routerVlan,
  routerBridgeTag,
  routerPvidStrips,
  routerFiltering,
  uplinkLacksVlan,
  vlanFilteringOff,
  trunksNeedFiltering,
  tapNotInBridge,
  firewallBridge,
  tapLacksVlan,
  tapWrongPvid,
  tapTaggedEgress,
  trunksLackVlan,
  wrongTag,
  cardWithoutTag,
  hostLinkDown,
  doubleTagging,
  interfaceAbsent,
  driverTrouble,
  configInterruptLost,
  noHostnameIf,
  notUp,
  noCarrier,
  noAddress,
  addressDuplicated,
  listenNowhere,
  prefixTooLong,
  subnetsMissInterface,
  dhcpOtherDns,
  pfBlocks,
  pfRedirects,
  netfilterBlocks,
  netfilterRedirects,
  portHeld,
  localResolver,
  notRunning,
  notServed,
  listNotFetched,
  listFileMissing,
  sourceMismatch,
  kernelDrops,
  udpDrops,
  queriesNotCounted,
  clockWrong,
  certificateRefused,
  noDefaultRoute,
  upstreamUnreachable,
];
