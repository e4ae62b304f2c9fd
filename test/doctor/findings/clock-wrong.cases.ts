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
];
