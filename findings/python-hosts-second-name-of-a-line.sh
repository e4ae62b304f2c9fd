#!/usr/bin/env bash
# python-hosts adds no name of a line of which one is there already, and takes away a name with all others of its line.
#
# Software:  python-hosts 1.1.3 (PyPI), Python 3.
# Guess:     a hosts line is an address with names; to add or to take away a name leaves the other names alone, and what the
#            library does not understand it writes back as it was.
# Seen:      adding `0.0.0.0 b.example d.example` where b.example stands already counts one duplicate, and d.example is not added.
#            Removing b.example removes a.example, which stood on its line. `fe80::1%lo0 localhost`, a line of hosts(5) on BSD and
#            macOS, is gone after a write, and capitals and the blanks before comments are changed.
# Matters:   block lists kept in a hosts file with several names to a line lose names without a word.
# Seen on:   2026-11-30. Output seen:
#   add: ipv4_count=0 duplicate_count=1, d.example there: False
#   127.0.0.1	localhost
#   ::1	localhost
#   0.0.0.0	ads.example # why
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
python3 -m pip install --quiet --no-deps --target lib python-hosts==1.1.3 >/dev/null 2>&1
cat > hosts <<'HOSTS'
127.0.0.1 localhost
::1 localhost
fe80::1%lo0 localhost
0.0.0.0 a.example b.example
0.0.0.0 Ads.Example #why
HOSTS
got=$(PYTHONPATH=lib python3 -c '
from python_hosts import Hosts, HostsEntry
hosts = Hosts(path="hosts")
counts = hosts.add([HostsEntry(entry_type="ipv4", address="0.0.0.0", names=["b.example", "d.example"])])
words = " ".join(f"{key}={counts[key]}" for key in ("ipv4_count", "duplicate_count"))
there = hosts.exists(names=["d.example"])
print(f"add: {words}, d.example there: {there}")
hosts.remove_all_matching(name="b.example")
hosts.write(path="hosts")' && cat hosts)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
