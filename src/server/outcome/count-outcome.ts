// Counts queries. The rule: a query is counted by its outcome, here and nowhere else.
import { RCODE } from '../../dns/numbers.ts';
import type { VlanCounters } from './counters.ts';
import type { Outcome } from './outcome.ts';
import { STEP } from '../step.ts';

/**
 * Counts a query at its first look and at its end, which may be one. What was found at the first look counts although the query
 * then waits: that the answer was there, and that a rule of a list led on.
 */
export function countOutcome(outcome: Outcome, counters: VlanCounters): void {
  const { step } = outcome;
  if (outcome.isFirst && step !== STEP.HELD_BACK) {
    counters.queries++;
    if (outcome.isHit) counters.cacheHits++;
    if (outcome.isSafeSearch) counters.safeSearch++;
    else if (outcome.isLedOn && step !== STEP.INSPECTED) counters.blocked++;
  }
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the other steps have no counter of their own
  switch (step) {
    case STEP.DROPPED:
      counters.dropped++;
      break;
    case STEP.WRONG_SOURCE:
      counters.sourceMismatch++;
      break;
    case STEP.FORM:
      counters.malformed++;
      break;
    case STEP.ANY:
    case STEP.LOCAL:
    case STEP.SPECIAL:
      if (!outcome.isLedOn) counters.local++;
      break;
    case STEP.CANARY:
    case STEP.BLOCKED:
      if (!outcome.isLedOn && !outcome.isSafeSearch) counters.blocked++;
      break;
    case STEP.NOT_READY:
      counters.notReady++;
      break;
    case STEP.PASSED:
      if (outcome.isStale) counters.staleAnswers++;
      if (outcome.rcode === RCODE.SERVFAIL) counters.failed++;
      break;
    case STEP.INSPECTED:
      counters.blockedByInspection++;
      break;
    case STEP.FAILED:
      counters.failed++;
      break;
    case STEP.RATE_LIMITED:
    case STEP.HELD_BACK:
      counters.rateLimited++;
      break;
  }
}
