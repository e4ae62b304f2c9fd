// A clock that is wrong makes every certificate of an encrypted upstream invalid, and the schedules with it.

import type { Finding, Scene, Sure } from '../../finding.ts';
import { here } from '../../finding.ts';
import type { Quote } from '../../evidence.ts';

const DAY_MS = 86_400_000;

/** Finds a clock that is before something that already exists, that the system doubts, or that certificates deny. */
export function clockWrong({ evidence }: Scene): Finding[] {
  const clock = evidence.all('clock')[0];
  const newest = evidence.all('made').toSorted((a, b) => b.ms - a.ms)[0];
  const isBefore = clock !== undefined && newest !== undefined && clock.ms < newest.ms - DAY_MS;
  const refused = evidence.all('reach').filter(({ reason }) => /CERT_NOT_YET_VALID/.test(reason));
  const doubts = evidence.all('clock doubt');
  if (isBefore)
    return [
      finding('the clock is behind: it shows a time before something that is here was made', 'certain', [
        clock.at,
        newest.at,
        ...refused.map(({ at }) => at),
      ]),
    ];
  if (refused.length > 0)
    return [
      finding('the clock is behind: the certificate of an upstream is not valid yet', 'likely', [
        ...refused.map(({ at }) => at),
        ...(clock === undefined ? [] : [clock.at]),
      ]),
    ];
  const [doubt] = doubts;
  if (doubt === undefined || !usesCertificates(evidence)) return [];
  return [
    finding('the system itself doubts its clock, which encrypted upstreams depend on', 'possible', [
      doubt.at,
      ...(clock === undefined ? [] : [clock.at]),
    ]),
  ];

  function usesCertificates({ facts }: Scene['evidence']): boolean {
    return facts.some(
      (fact) => (fact.kind === 'upstream' || fact.kind === 'reach') && /^tls:/.test(fact.server),
    );
  }

  function finding(what: string, sure: Sure, quotes: readonly Quote[]): Finding {
    const isOpenbsd = evidence.all('link').some(({ system }) => system === 'openbsd');
    return {
      id: 'clock-wrong',
      layer: 'clock',
      what,
      sure,
      evidence: quotes,
      cure: isOpenbsd
        ? [
            here(
              'date <YYYYMMDDHHMM>',
              'local time, by hand: time servers have names, which may be just what cannot be looked up',
            ),
            here('rcctl enable ntpd && rcctl restart ntpd'),
          ]
        : [
            here(
              "date -s '<YYYY-MM-DD HH:MM>'",
              'by hand: time servers have names, which may be just what cannot be looked up',
            ),
            here('timedatectl set-ntp true'),
          ],
      prove: [here('date'), here('vlandns status', 'a server of the upstream set is up')],
    };
  }
}
