#!/usr/bin/env bash
# A dnsmasq that forwards remembers NXDOMAIN as "no such data" when the SOA record is owned by the name that was asked for.
#
# Software:  dnsmasq 2.90 (Debian 12, dnsmasq-base 2.90-4~deb12u2), dig of the machine.
# Guess:     RFC 2308 section 5: the rcode belongs to what is cached, whoever owns the SOA record.
# Seen:      the first reply is NXDOMAIN, as the upstream said; each later one, of any type, is NOERROR without records until the
#            TTL ends. With the SOA record of the parent or of the root all of them are NXDOMAIN.
# Matters:   a filter behind such a dnsmasq (most home routers are one) has its "no such name" turned into "exists, has no data".
# Seen on:   2026-11-30, Debian 12 amd64. Output seen:
#   soa of the name itself: NXDOMAIN NOERROR NOERROR
#   soa of the parent: NXDOMAIN NXDOMAIN NXDOMAIN
set -euo pipefail
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download dnsmasq-base=2.90-4~deb12u2 libnetfilter-conntrack3 libnfnetlink0 libnftables1 libnftnl11 libmnl0 libxtables12 libjansson4 libidn2-0 libdbus-1-3 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu

# Answers everything with NXDOMAIN; the SOA record is owned by the name asked for, or by its parent.
cat > upstream.py <<'PY'
import socket, struct, sys
port, owner = int(sys.argv[1]), sys.argv[2]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", port))
while True:
    query, client = udp.recvfrom(4096)
    end = 12
    while query[end]:
        end += query[end] + 1
    end += 5
    at = 12 if owner == "itself" else 12 + query[12] + 1
    rdata = b"\0\0" + struct.pack("!5I", 1, 3600, 600, 86400, 60)
    soa = struct.pack("!HHHIH", 0xC000 | at, 6, 1, 60, len(rdata)) + rdata
    udp.sendto(query[:2] + struct.pack("!5H", 0x8183, 1, 0, 1, 0) + query[12:end] + soa, client)
PY

serve() {
  python3 upstream.py "$1" "$2" & pids+=($!)
  root/usr/sbin/dnsmasq -k --port="$3" --listen-address=127.0.0.1 --bind-interfaces --no-resolv --no-hosts \
    --conf-file=/dev/null --pid-file --user="$(id -un)" --server="127.0.0.1#$1" --log-facility="$work/log" & pids+=($!)
}
ask() {
  for type in A AAAA TXT; do
    dig +noedns +tries=3 +time=3 @127.0.0.1 -p "$1" name.example "$type" | sed -n 's/.*status: \([A-Z]*\).*/\1/p'
  done | paste -sd ' '
}
serve 47531 itself 47532
serve 47533 parent 47534
sleep 2
own=$(ask 47532)
parent=$(ask 47534)
printf 'soa of the name itself: %s\nsoa of the parent: %s\n' "$own" "$parent"
[ "$own" = 'NXDOMAIN NOERROR NOERROR' ] && [ "$parent" = 'NXDOMAIN NXDOMAIN NXDOMAIN' ]
