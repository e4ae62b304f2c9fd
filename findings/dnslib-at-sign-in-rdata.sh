#!/usr/bin/env bash
# dnslib's zone reader takes `@` in data for a label, not for the origin, and a relative $ORIGIN for a whole name.
#
# Software:  dnslib 0.9.26 (PyPI), Python 3.
# Guess:     `@` is the origin wherever a name stands (RFC 1035 section 5.1: "a free standing @"), and $ORIGIN without a dot at
#            the end is relative to the one before, as every name is.
# Seen:      `a CNAME @` points to `@.example.`, MX and NS the same; `$ORIGIN sub` under `$ORIGIN example.` makes names of `sub.`.
#            No error: the zone is served like that.
# Matters:   the usual first test server of a DNS project answers with names that its zone file does not hold.
# Seen on:   2026-11-30. Output seen:
#   example. IN A 192.0.2.1
#   a.example. IN CNAME @.example.
#   b.example. IN MX 10 @.example.
#   c.sub. IN A 192.0.2.2
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
python3 -m pip install --quiet --no-deps --target lib dnslib==0.9.26 >/dev/null 2>&1
cat > zone <<'ZONE'
$ORIGIN example.
$TTL 60
@ IN A 192.0.2.1
a IN CNAME @
b IN MX 10 @
$ORIGIN sub
c IN A 192.0.2.2
ZONE
got=$(PYTHONPATH=lib python3 -c '
from dnslib import CLASS, QTYPE, RR
for r in RR.fromZone(open("zone")):
    print(r.rname, CLASS[r.rclass], QTYPE[r.rtype], r.rdata)')
printf '%s\n' "$got"
[ "$got" = "$seen" ]
