import type { FindingCase } from '../../support/doctor-cases.ts';

export const cases: readonly FindingCase[] = [
  {
    when: 'it is the time before the kernel was built',
    change: {
      'date.txt': [
        ['2025-11-18T', '2024-01-01T'],
        ['file 2025-11-17T20:00:00.000Z of /etc/vlandns/vlandns.yaml\n', ''],
      ],
    },
    finds: [
      {
        id: 'clock-wrong',
        sure: 'certain',
        cure: [/^date <YYYYMMDDHHMM>$/, /^rcctl enable ntpd && rcctl restart ntpd$/],
        evidence: ['dmesg.txt:3', 'date.txt:1'],
      },
    ],
  },
  {
    when: "it is before the configuration's own time, and no certificate is valid yet: one fault",
    change: {
      'date.txt': [['2025-11-18T', '2025-11-01T']],
      'status.json': [['"state": "up"', '"state": "down"']],
    },
    add: {
      'upstream-reach.txt':
        'tls://192.0.2.53#dns.example: failed: CERT_NOT_YET_VALID\n198.51.100.53: failed: ECONNREFUSED\n',
    },
    finds: [
      { id: 'clock-wrong', evidence: ['date.txt:2', 'date.txt:1', 'upstream-reach.txt:1'] },
      { id: 'upstream-unreachable', because: 'clock-wrong' },
    ],
  },
  {
    when: 'only a certificate says so',
    add: { 'upstream-reach.txt': 'tls://192.0.2.53#dns.example: failed: CERT_NOT_YET_VALID\n' },
    without: ['date.txt', 'status.json'],
    finds: [
      { id: 'clock-wrong', sure: 'likely' },
      { id: 'upstream-unreachable', because: 'clock-wrong' },
    ],
  },
  {
    when: 'the kernel doubts it',
    change: { 'dmesg.txt': [['vio0 at virtio3', 'WARNING: CHECK AND RESET THE DATE!\nvio0 at virtio3']] },
    finds: [{ id: 'clock-wrong', sure: 'possible', evidence: ['dmesg.txt:6'] }],
  },
  {
    when: 'ntpd has not set it, and no upstream is encrypted',
    add: { 'ntpctl.txt': '0/4 peers valid, clock unsynced\n' },
    change: { 'vlandns.yaml': [["'tls://192.0.2.53#dns.example', ", '']] },
    without: ['status.json', 'upstream-reach.txt'],
    finds: [],
  },
  {
    when: 'it is a few hours behind what date prints in another zone',
    add: { 'date.txt': 'Sun Oct 12 06:00:00 MDT 2025\n' },
    finds: [],
  },
  {
    when: 'a Linux kernel is younger than the clock',
    on: 'linux',
    change: { 'date.txt': [['2025', '2020']] },
    finds: [{ id: 'clock-wrong', cure: [/^date -s/], evidence: ['uname.txt:1', 'date.txt:1'] }],
  },
  {
    when: 'it is ahead: ntpd measures so against its constraints',
    add: { 'ntpctl.txt': '0/4 peers valid, constraint offset -31536000s, clock unsynced\n' },
    finds: [
      {
        id: 'clock-wrong',
        sure: 'likely',
        what: /^the clock is ahead: a time daemon of this machine measures 365 days$/,
        evidence: ['ntpctl.txt:1'],
      },
    ],
  },
  {
    when: 'it is behind, by the same',
    add: { 'ntpctl.txt': '0/4 peers valid, constraint offset 172800s (1 errors), clock unsynced\n' },
    finds: [{ id: 'clock-wrong', what: /is behind: .* 2 days$/ }],
  },
  {
    when: 'chronyd of a Linux machine measures that it is ahead',
    on: 'linux',
    add: {
      'chronyc.txt':
        'Reference ID    : 00000000 ()\nStratum         : 0\nSystem time     : 31536000.125000000 seconds fast of NTP time\n',
    },
    finds: [{ id: 'clock-wrong', what: /ahead/, evidence: ['chronyc.txt:3'] }],
  },
  {
    when: 'it is ahead: all encrypted servers have certificates that ended',
    change: {
      'vlandns.yaml': [
        [
          "['tls://192.0.2.53#dns.example', 198.51.100.53]",
          "['tls://192.0.2.53#dns.example', 'tls://198.51.100.53#two.example']",
        ],
      ],
    },
    without: ['status.json'],
    add: {
      'upstream-reach.txt':
        'tls://192.0.2.53#dns.example: failed: CERT_HAS_EXPIRED\ntls://198.51.100.53#two.example: failed: CERT_HAS_EXPIRED\n',
    },
    finds: [
      {
        id: 'clock-wrong',
        sure: 'likely',
        what: /^the clock is ahead: the certificates of all encrypted upstreams/,
      },
      { id: 'upstream-unreachable', because: 'clock-wrong' },
    ],
  },
  {
    when: 'the certificate of one server of two ended: that is its owner\u2019s fault',
    change: {
      'vlandns.yaml': [
        [
          "['tls://192.0.2.53#dns.example', 198.51.100.53]",
          "['tls://192.0.2.53#dns.example', 'tls://198.51.100.53#two.example']",
        ],
      ],
    },
    without: ['status.json'],
    add: {
      'upstream-reach.txt':
        'tls://192.0.2.53#dns.example: failed: CERT_HAS_EXPIRED\ntls://198.51.100.53#two.example: ok: 20 ms\n',
    },
    finds: [{ id: 'certificate-refused', sure: 'possible' }],
  },
  {
    when: 'a time daemon measures a second, and an hour',
    add: {
      'ntpctl.txt': '4/4 peers valid, constraint offset -1s, clock synced, stratum 3\n',
      'chronyc.txt': 'System time     : 3600.000012345 seconds slow of NTP time\n',
    },
    finds: [],
  },
];
