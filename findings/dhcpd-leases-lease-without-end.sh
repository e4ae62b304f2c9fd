#!/usr/bin/env bash
# One lease without an end, or a failover peer, makes dhcpd-leases of npm refuse the whole leases file; of `option` lines one stays.
#
# Software:  dhcpd-leases 0.1.2 (npm), Node 20; the form is that of dhcpd.leases(5) of ISC DHCP 4.4.
# Guess:     a reader of that file knows what its manual lists: `ends never;`, times as `epoch N;`, `failover peer ... state { }`
#            ahead of the leases, several `option` statements in one lease.
# Seen:      each of the first three is an error for the whole text: no lease at all is given. Of two options in a lease the last
#            one is left, with its name as part of the value. (`isc-dhcp-leases` of PyPI reads all of them.)
# Matters:   names of devices vanish the day one endless lease or a second server is set up. Read lease by lease, and keep what is
#            understood.
# Seen on:   2026-11-30. Output seen:
#   two plain leases: 192.0.2.10 192.0.2.11
#   one of them `ends never;`: error, lease.ends (date) is required
#   db-time-format local: error, lease.ends (date) is required
#   failover peer: error
#   two options: 192.0.2.10 option=agent.remote-id 0:1:2 192.0.2.11
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts dhcpd-leases@0.1.2 >/dev/null 2>&1
cat > finding.mjs <<'JS'
import read from 'dhcpd-leases';

const lease = (address, ends, more = '') => `lease ${address} {
  starts 1 2026/11/30 10:00:00;
  ends ${ends};
  cltt 1 2026/11/30 10:00:00;
  binding state active;
  hardware ethernet 02:00:00:00:00:01;
${more}}
`;
const plain = '1 2026/11/30 12:00:00';
const other = lease('192.0.2.11', plain);
const peer = `failover peer "pair" state {
  my state normal at 1 2026/11/30 10:00:00;
  partner state normal at 1 2026/11/30 10:00:00;
}
`;
const options = '  option agent.circuit-id "port 7";\n  option agent.remote-id 0:1:2;\n';
const files = {
  'two plain leases': lease('192.0.2.10', plain) + other,
  'one of them `ends never;`': lease('192.0.2.10', 'never') + other,
  'db-time-format local': lease('192.0.2.10', 'epoch 1796040000; # Mon Nov 30 12:00:00 2026') + other,
  'failover peer': peer + lease('192.0.2.10', plain) + other,
  'two options': lease('192.0.2.10', plain, options) + other,
};
for (const [title, text] of Object.entries(files)) {
  try {
    const words = read(text).map(({ ip, option }) => (option === undefined ? ip : `${ip} option=${option}`));
    console.log(`${title}: ${words.join(' ')}`);
  } catch (error) {
    console.log(`${title}: error${error.message.startsWith('lease') ? `, ${error.message}` : ''}`);
  }
}
JS
got=$(node finding.mjs)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
