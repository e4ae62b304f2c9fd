import type { FindingCase } from '../../support/doctor-cases.ts';

/** What was tried: an encrypted server with that outcome, and another that answers or not. */
const tried = (outcome: string, other = 'ok: 9 ms'): Record<string, string> => ({
  'upstream-reach.txt': `tls://192.0.2.53#dns.example: ${outcome}\n198.51.100.53: ${other}\n`,
});

export const cases: readonly FindingCase[] = [
  {
    when: 'the certificate is for another name, and nothing else answers',
    without: ['status.json'],
    add: tried(
      'failed: ERR_TLS_CERT_ALTNAME_INVALID: it is for DNS:resolver.example',
      'failed: ECONNREFUSED',
    ),
    finds: [
      {
        id: 'certificate-refused',
        sure: 'certain',
        what: /^tls:\/\/192\.0\.2\.53#dns\.example is there, but its certificate is refused: it is not for dns\.example, but for DNS:resolver\.example$/,
        cure: [
          /^openssl s_client -connect 192\.0\.2\.53:853 -servername dns\.example <\/dev\/null .* 'Subject Alternative Name'$/,
          /`tls:\/\/192\.0\.2\.53:853#NAME`/,
          /^vlandns check && vlandns reload$/,
        ],
        evidence: ['upstream-reach.txt:1'],
      },
      { id: 'upstream-unreachable', because: 'certificate-refused' },
    ],
  },
  {
    when: 'the certificate is for its address alone',
    without: ['status.json'],
    add: tried('failed: ERR_TLS_CERT_ALTNAME_INVALID: it is for IP Address:192.0.2.53'),
    finds: [{ id: 'certificate-refused', cure: [/it is for addresses alone/] }],
  },
  {
    when: 'an authority of the house signed it, and another server answers',
    without: ['status.json'],
    add: tried('failed: SELF_SIGNED_CERT_IN_CHAIN'),
    finds: [
      {
        id: 'certificate-refused',
        sure: 'possible',
        what: /who signed it is not known to this machine \(SELF_SIGNED_CERT_IN_CHAIN\)$/,
        cure: [/'Issuer:'$/, /an authority of your own.*`server: \{ ca: \[FILE\] \}`/],
      },
    ],
  },
  {
    when: 'it signed itself, and it is asked by its address',
    without: ['status.json', 'upstream-reach.txt'],
    change: {
      'vlandns.yaml': [['tls://192.0.2.53#dns.example', 'tls://[2001:db8::53]:8853#2001-db8.example']],
    },
    add: {
      'reach.txt': '',
      'upstream-reach-2.txt':
        'tls://[2001:db8::53]:8853#2001-db8.example: failed: DEPTH_ZERO_SELF_SIGNED_CERT\n',
    },
    finds: [
      { id: 'certificate-refused', cure: [/^openssl s_client -connect \[2001:db8::53\]:8853 /] },
      { id: 'upstream-unreachable', because: 'certificate-refused' },
    ],
  },
  {
    when: 'it has expired',
    without: ['status.json'],
    add: tried('failed: CERT_HAS_EXPIRED'),
    finds: [
      {
        id: 'certificate-refused',
        what: /it has expired, as far as the clock of this machine is right$/,
        cure: [/^date$/, /'Not After'$/],
      },
    ],
  },
  {
    when: 'the daemon takes it: it knows the authority, and doctor does not',
    add: tried('failed: SELF_SIGNED_CERT_IN_CHAIN'),
    finds: [],
  },
  {
    when: 'the server does not answer, which is nothing about its certificate',
    without: ['status.json'],
    add: tried('failed: no answer within 2 seconds'),
    finds: [],
  },
  {
    when: 'it is not valid yet: that is the clock',
    without: ['status.json', 'date.txt'],
    add: tried('failed: CERT_NOT_YET_VALID'),
    finds: [{ id: 'clock-wrong' }],
  },
];
