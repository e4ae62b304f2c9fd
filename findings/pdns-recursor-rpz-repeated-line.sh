#!/usr/bin/env bash
# One line that stands twice takes a whole RPZ file away from the PowerDNS recursor, which starts and serves without it.
#
# Software:  pdns-recursor 4.8.8-1+deb12u1 (Debian 12), dig of the machine.
# Guess:     a repeated record is one record (RFC 2181 section 5), TYPE65 with \# is how RFC 3597 writes any type; and a server that
#            cannot read its policy does not start, as with any other mistake in its settings.
# Seen:      with `a CNAME .` twice, or with one record of TYPE65, no rule of the file holds, those above it neither. There is one
#            line in the log; the server starts, and answers unfiltered.
# Matters:   lists joined from several sources hold repeats. Who makes RPZ for others has to take them out, and who runs it asks for
#            a name of the list after each start.
# Seen on:   2026-11-30, Debian 12 amd64. Output seen:
#   each line once: first.example NXDOMAIN, last.example NXDOMAIN
#   one line twice: first.example NOERROR, last.example NOERROR
#   one TYPE65: first.example NOERROR, last.example NOERROR
#   the same as HTTPS: first.example NXDOMAIN, last.example NXDOMAIN
set -euo pipefail
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download pdns-recursor=4.8.8-1+deb12u1 libboost-context1.74.0 libcurl4 libbrotli1 libfstrm0 libluajit-5.1-2 libsodium23 \
  libsnmp40 \
  libwrap0 libperl5.36 libssl3 libnghttp2-14 librtmp1 libssh2-1 libldap-2.5-0 libsasl2-2 libpsl5 libnsl2 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu

# Answers every name: A with 198.18.0.1, all else with nothing.
cat > upstream.py <<'PY'
import socket, struct, sys
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    query, client = udp.recvfrom(4096)
    end = 12
    while query[end]:
        end += query[end] + 1
    end += 5
    a = query[end - 4 : end - 2] == b"\0\1"
    answer = struct.pack("!HHHIHI", 0xC00C, 1, 1, 300, 4, 0xC6120001)
    soa = struct.pack("!BHHIH2x5I", 0, 6, 1, 300, 22, 1, 3600, 600, 86400, 300)
    head = query[:2] + struct.pack("!5H", 0x8180, 1, int(a), int(not a), 0)
    udp.sendto(head + query[12:end] + (answer if a else soa), client)
PY
python3 upstream.py 47650 & pids+=($!)

status() { timeout 30 dig +noedns +tries=5 +time=3 @127.0.0.1 -p "$1" "$2" A | sed -n 's/.*status: \([A-Z]*\).*/\1/p'; }
port=47650
# Serves a zone with the lines given between two others, and says what becomes of those two.
try() {
  port=$((port + 1))
  mkdir "$port"
  {
    printf '%s\n' '$ORIGIN rpz.test.' '$TTL 60' '@ SOA localhost. hostmaster.example. 1 3600 600 86400 60' '@ NS localhost.'
    printf '%s\n' 'first.example CNAME .' "${@:2}" 'last.example CNAME .'
  } > "$port/zone"
  printf 'rpzFile("%s/zone", { policyName = "rpz" })\n' "$work/$port" > "$port/rpz.lua"
  cat > "$port/recursor.conf" <<CONF
local-address=127.0.0.1
local-port=$port
socket-dir=$work/$port
dnssec=off
setuid=
setgid=
threads=1
security-poll-suffix=
forward-zones-recurse=.=127.0.0.1:47650
dont-query=
lua-config-file=$work/$port/rpz.lua
CONF
  root/usr/sbin/pdns_recursor --config-dir="$port" --daemon=no >"$port/log" 2>&1 & pids+=($!)
  for _ in {1..20}; do [ "$(status "$port" ready.example || true)" = NOERROR ] && break; sleep 1; done
  printf '%s: first.example %s, last.example %s\n' "$1" "$(status "$port" first.example)" "$(status "$port" last.example)" >> got
}
try 'each line once' 'a.example CNAME .'
try 'one line twice' 'a.example CNAME .' 'a.example CNAME .'
try 'one TYPE65' 'a.example TYPE65 \# 3 000100'
try 'the same as HTTPS' 'a.example HTTPS 1 .'
cat got
[ "$(cat got)" = "$seen" ]
