// What the evidence says about the clock, for the findings that ask.

import type { Evidence } from './facts/evidence.ts';
import type { ClockOffsetFact } from './facts/machine-facts.ts';
import type { ReachFact } from './facts/service-facts.ts';

/** A clock that is off by less than this many seconds is not blamed: it denies only certificates that end anyway. */
const TELLING_SECONDS = 86_400;

/** An offset that a time daemon measures, where it is large. */
export function largeOffset(evidence: Evidence): ClockOffsetFact | undefined {
  return evidence.all('clock offset').find(({ seconds }) => Math.abs(seconds) >= TELLING_SECONDS);
}

/** The encrypted servers whose certificates are said to have ended. */
export function expired(evidence: Evidence): ReachFact[] {
  return evidence.all('reach').filter(({ reason }) => reason.includes('CERT_HAS_EXPIRED'));
}

/** The encrypted servers whose certificates are said not to have begun. */
export function notYetValid(evidence: Evidence): ReachFact[] {
  return evidence.all('reach').filter(({ reason }) => reason.includes('CERT_NOT_YET_VALID'));
}

/** Whether the clock is ahead: all of several TLS servers seem to have expired, or one has and the system doubts its clock. */
export function isAhead(evidence: Evidence): boolean {
  const ended = expired(evidence);
  const tls = evidence.all('reach').filter(({ server }) => server.startsWith('tls:'));
  return (
    ended.length > 0 &&
    ended.length === tls.length &&
    (new Set(ended.map(({ server }) => hostOf(server))).size > 1 || evidence.has('clock doubt'))
  );
}

/** Whether certificates are refused because the clock is wrong. */
export function isClockToBlame(evidence: Evidence): boolean {
  return (
    notYetValid(evidence).length > 0 ||
    isAhead(evidence) ||
    (largeOffset(evidence) !== undefined && expired(evidence).length > 0)
  );
}

// Two addresses of one server have one certificate.
function hostOf(server: string): string {
  return server.replace(/^[^#]*#/, '');
}
