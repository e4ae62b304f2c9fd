// From the keys of limits to the bounds that are held.

import type { FaultLog } from '../config-error.ts';
import type { Limits } from '../config.ts';
import { ADDRESS_BITS } from '../keys/limits.ts';
import type { DraftLimits } from '../keys/limits.ts';

/** Gives the limits, and reports bursts that are smaller than their rate. */
export function finishLimits(draft: DraftLimits, faults: FaultLog): Limits {
  const { keys, at } = draft.written;
  for (const [rateKey, burstKey] of [
    ['rate', 'burst'],
    ['ipv6_prefix_rate', 'ipv6_prefix_burst'],
  ] as const) {
    if (draft[burstKey] === 0 || draft[burstKey] >= draft[rateKey]) continue;
    faults.error(
      keys[burstKey] ?? keys[rateKey] ?? at,
      `limits.${burstKey}`,
      `is smaller than ${rateKey}; write at least ${draft[rateKey]}, or 0 for no limit`,
    );
  }
  const hasPrefix = draft.ipv6_prefix < ADDRESS_BITS;
  return {
    rate: draft.rate,
    burst: draft.burst,
    inFlight: draft.in_flight,
    inFlightPerClient: draft.in_flight_per_client,
    tcp: draft.tcp,
    tcpPerClient: draft.tcp_per_client,
    tcpIdleMs: draft.tcp_idle,
    prefix: {
      bits: draft.ipv6_prefix,
      rate: hasPrefix ? draft.ipv6_prefix_rate : 0,
      burst: draft.ipv6_prefix_burst,
      inFlight: hasPrefix ? draft.ipv6_prefix_in_flight : 0,
      tcp: hasPrefix ? draft.ipv6_prefix_tcp : 0,
    },
  };
}
