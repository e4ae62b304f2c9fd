// An encrypted upstream answers, but its certificate does not verify: another name, an authority that is not known here,
// or it has expired. A wrong clock is for clock-wrong.ts.

import type { Finding, Scene, Step } from '../../finding.ts';
import { here } from '../../finding.ts';
import type { ReachFact } from '../../facts/service-facts.ts';
import { isClockToBlame } from '../../clock.ts';
import { upstreamAddress } from '../../questions/upstream-address.ts';

/** What OpenSSL and Node call an authority that they do not know. */
const UNKNOWN_AUTHORITY =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED|INVALID_CA)\b/;
const OTHER_NAME = /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)\b/;
const EXPIRED = /^CERT_HAS_EXPIRED\b/;
const REFUSED = /^(?:CERT_|INVALID_PURPOSE)/;

/** Finds servers whose certificate is refused, unless the daemon takes it. */
export function certificateRefused({ evidence }: Scene): Finding[] {
  if (isClockToBlame(evidence)) return [];
  return evidence.all('reach').flatMap((reach): Finding[] => {
    const said = reach.ok ? undefined : wordsFor(reach);
    const told = evidence.all('upstream').filter(({ server }) => server === reach.server);
    // The daemon may trust more than doctor does, such as an authority of its own.
    if (said === undefined || told.some(({ answered, state }) => answered > 0 && state !== 'down')) return [];
    const isOnly = evidence.all('reach').every(({ ok }) => !ok);
    return [
      {
        id: 'certificate-refused',
        layer: 'upstream',
        what: `${reach.server} is there, but its certificate is refused: ${said.why}`,
        sure: isOnly ? 'certain' : 'possible',
        evidence: [reach.at, ...told.map(({ at }) => at)],
        cure: said.cure,
        prove: [here('vlandns status', `${reach.server} is up, and \`answered\` grows`)],
      },
    ];
  });
}

interface Words {
  readonly why: string;
  readonly cure: readonly Step[];
}

function wordsFor({ server, reason }: ReachFact): Words | undefined {
  const known = upstreamAddress(server);
  if (known?.scheme !== 'tls') return undefined;
  const { address, port, name = address } = known;
  const show = (what: string, say: string): Step =>
    here(
      `openssl s_client -connect ${endpoint(address, port)} -servername ${name} </dev/null 2>/dev/null | openssl x509 -noout -text | grep -A 2 '${what}'`,
      say,
    );
  const names = show('Subject Alternative Name', 'the names and addresses that it is for');
  if (OTHER_NAME.test(reason)) {
    const held = /is for (.+)$/.exec(reason)?.[1];
    return {
      why: `it is not for ${name}${held === undefined ? '' : `, but for ${held}`}`,
      cure: [
        names,
        {
          on: 'this machine',
          say: isForAddresses(held)
            ? 'it is for addresses alone, and vlandns knows a server by its name: ask it without TLS, or another one'
            : `write one of its names behind the #: \`tls://${endpoint(address, port)}#NAME\``,
        },
        here('vlandns check && vlandns reload'),
      ],
    };
  }
  if (UNKNOWN_AUTHORITY.test(reason))
    return {
      why: `who signed it is not known to this machine (${codeOf(reason)})`,
      cure: [
        show('Issuer:', 'who signed it'),
        {
          on: 'this machine',
          say: 'where that is an authority of your own, its certificate into a file, and `server: { ca: [FILE] }` in the configuration; where it is not, somebody else may be answering on the way',
        },
      ],
    };
  if (EXPIRED.test(reason))
    return {
      why: 'it has expired, as far as the clock of this machine is right',
      cure: [here('date', 'is it right?'), show('Not After', 'when it ended; only its owner can renew it')],
    };
  return REFUSED.test(reason) ? { why: codeOf(reason), cure: [names] } : undefined;
}

// "IP Address:192.0.2.1, IP Address:2001:db8::1"
function isForAddresses(held = ''): boolean {
  return held !== '' && held.split(', ').every((one) => one.startsWith('IP Address:'));
}

function codeOf(reason: string): string {
  return reason.split(':')[0] ?? reason;
}

function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
