// dhcpd.leases of OpenBSD's dhcpd and of ISC's.
import t from 'tap';
import { readLeaseText, wrongWhenCut } from '../../support/lease-text.ts';

const OPENBSD = `lease 192.0.2.100 {
\tstarts 1 2026/11/30 20:00:00 UTC;
\tends 2 2026/12/01 08:00:00 UTC;
\thardware ethernet 00:00:5e:00:53:10;
\tuid 01:00:00:5e:00:53:10;
\tclient-hostname "kids-ipad";
}
lease 192.0.2.103 {
\tstarts 2 2026/12/01 00:00:00 UTC;
\tends 2 2026/12/01 08:00:00 UTC;
\thardware ethernet 00:00:5e:00:53:13;
\tclient-hostname "a";b"c";
}
lease 192.0.2.106 {
\tstarts 2 2026/12/01 00:00:00 UTC;
\tends 2 2026/12/01 08:00:00 UTC;
\thardware ethernet 00:00:5e:00:53:16;
\tclient-hostname "}";
\thostname "given";
}
lease 192.0.2.110 {
\tstarts 1 2026/11/30 20:00:22 UTC;
\tends 2 2026/12/01 20:00:22 UTC;

\tabandoned;
}
lease 192.0.2.100 {
\tstarts 2 2026/12/01 02:00:00 UTC;
\tends 2 2026/12/01 14:00:00 UTC;
\thardware ethernet 00:00:5e:00:53:10;
\tclient-hostname "kids-ipad";
}
`;

const ISC = `# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;

lease 192.0.2.110 {
  starts 2 2026/12/01 00:00:00;
  ends never;
  cltt 2 2026/12/01 00:01:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 00:00:5e:00:53:1a;
  uid "\\001\\000\\000^\\000S9";
  set demo-note = "demo, \\"quoted\\"";
  client-hostname "trailing-dot.";
  on expiry {
    set x = "y";
  }
}
lease 192.0.2.128 {
  starts epoch 1796083200; # Tue Dec 01 00:00:00 2026
  ends epoch 1796086800; # Tue Dec 01 01:00:00 2026
  binding state active;
  hardware ethernet 00:00:5e:00:53:3e;
}
lease 192.0.2.127 {
  starts 2 2026/12/01 00:00:00;
  ends 2 2026/12/01 01:00:00;
  binding state abandoned;
}
lease 192.0.2.128 {
  starts 2 2026/12/01 00:00:00;
  ends 2 2026/12/01 00:00:00;
  tstp 2 2026/12/01 00:00:00;
  binding state free;
  hardware ethernet 00:00:5e:00:53:3e;
}
ia-na "d\\000\\000\\000\\000\\001\\000\\001*+,-\\000\\000^\\000S\`" {
  cltt 2 2026/12/01 00:00:00;
  iaaddr 2001:db8:60::169 {
    binding state active;
    preferred-life 1800;
    max-life 3600;
    ends 2 2026/12/01 01:00:00;
  }
  iaaddr 2001:db8:60::170 {
    binding state released;
    ends 2 2026/12/01 01:00:00;
  }
}
ia-pd "k\\000\\000\\000\\000\\001\\000\\001*+,-\\000\\000^\\000Sg" {
  cltt 2 2026/12/01 00:00:00;
  iaprefix 2001:db8:f0ff::/56 {
    binding state active;
    ends 2 2026/12/01 01:00:00;
  }
}
`;

t.test("OpenBSD's leases are read: the last block of an address holds", (t) => {
  const { lines, faults } = readLeaseText(OPENBSD);
  t.strictSame(lines, [
    '192.0.2.103 00:00:5e:00:53:13 a";b"c 0 28800',
    '192.0.2.106 00:00:5e:00:53:16 } 0 28800',
    '192.0.2.100 00:00:5e:00:53:10 kids-ipad 7200 50400',
  ]);
  t.equal(faults, undefined);
  t.end();
});

t.test("ISC's leases are read, of both families", (t) => {
  const { lines, faults } = readLeaseText(ISC);
  t.strictSame(lines, [
    '192.0.2.110 00:00:5e:00:53:1a trailing-dot. 60 never',
    '2001:db8:60::169 00:00:5e:00:53:60? - 0 3600',
  ]);
  t.equal(faults, undefined);
  t.end();
});

t.test('a block that was never closed is left out, and told', (t) => {
  const dead = 'lease 192.0.2.9 {\n\tstarts 2 2026/12/01 00:00:00 UTC;\n';
  const { lines, faults } = readLeaseText(dead + OPENBSD + 'lease nobody {\n}\n');
  t.equal(lines.length, 3);
  t.match(faults, { count: 2, line: 1, why: /not closed/ });
  t.end();
});

t.test('what is appended in this moment changes nothing', (t) => {
  t.strictSame(wrongWhenCut(OPENBSD, 'dhcpd'), []);
  t.strictSame(wrongWhenCut(ISC, 'isc'), []);
  t.end();
});
