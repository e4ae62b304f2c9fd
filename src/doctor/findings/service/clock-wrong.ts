// A clock that is wrong makes every certificate of an encrypted upstream invalid, and the schedules with it.

import { expired, isAhead, largeOffset, notYetValid } from '../../clock.ts';
import type { Finding, Scene, Sure } from '../../finding.ts';
import { here } from '../../finding.ts';

const DAY_MS = 86_400_000;

/** Finds a clock that is earlier than an existing file, that the system or a time daemon doubts, or certificates contradict. */
export function clockWrong({ evidence }: Scene): Finding[] {
  const isOpenbsd = evidence.all('link').some(({ system }) => system === 'openbsd');
  const [clock] = evidence.all('clock');
  const [newest] = evidence.all('made').toSorted((a, b) => b.ms - a.ms);
  const refused = [...notYetValid(evidence), ...(isAhead(evidence) ? expired(evidence) : [])];
  const shown = [...(clock === undefined ? [] : [clock.at]), ...refused.map(({ at }) => at)];
  if (clock !== undefined && newest !== undefined && clock.ms < newest.ms - DAY_MS)
    return [
      finding(isOpenbsd, 'certain', {
        what: 'the clock is behind: it shows a time before something that is here was made',
        evidence: [newest.at, ...shown],
      }),
    ];
  const offset = largeOffset(evidence);
  if (offset !== undefined) {
    const days = Math.round(Math.abs(offset.seconds) / 86_400);
    return [
      finding(isOpenbsd, 'likely', {
        what: `the clock is ${offset.seconds > 0 ? 'ahead' : 'behind'}: a time daemon of this machine measures ${days} ${days === 1 ? 'day' : 'days'}`,
        evidence: [offset.at, ...shown],
      }),
    ];
  }
  if (refused.length > 0)
    return [
      finding(isOpenbsd, 'likely', {
        what:
          notYetValid(evidence).length > 0
            ? 'the clock is behind: the certificate of an upstream is not valid yet'
            : 'the clock is ahead: the certificates of all encrypted upstreams have expired',
        evidence: shown,
      }),
    ];
  const [doubt] = evidence.all('clock doubt');
  if (doubt === undefined || !usesCertificates(evidence)) return [];
  return [
    finding(isOpenbsd, 'possible', {
      what: 'the system itself doubts its clock, which encrypted upstreams depend on',
      evidence: [doubt.at, ...shown],
    }),
  ];
}

function usesCertificates({ facts }: Scene['evidence']): boolean {
  return facts.some(
    (fact) => (fact.kind === 'upstream' || fact.kind === 'reach') && fact.server.startsWith('tls:'),
  );
}

// Time servers are given by name, and names may be what cannot be looked up now.
const BY_HAND = 'by hand: to ask a time server by its name takes DNS';

function finding(isOpenbsd: boolean, sure: Sure, said: Pick<Finding, 'what' | 'evidence'>): Finding {
  return {
    id: 'clock-wrong',
    layer: 'clock',
    ...said,
    sure,
    cure: isOpenbsd
      ? [here('date <YYYYMMDDHHMM>', BY_HAND), here('rcctl enable ntpd && rcctl restart ntpd')]
      : [here("date -s '<YYYY-MM-DD HH:MM>'", BY_HAND), here('timedatectl set-ntp true')],
    prove: [here('date'), here('vlandns status', 'a server of the upstream set is up')],
  };
}
