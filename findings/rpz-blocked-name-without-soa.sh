#!/usr/bin/env bash
# How long a name blocked by RPZ may be remembered: unbound, BIND and PowerDNS do not say it, Knot says three hours of its own.
#
# Software:  unbound 1.17.1-2+deb12u4, bind9 1:9.18.49-1~deb12u3, pdns-recursor 4.8.8-1+deb12u1, knot-resolver 5.6.0-1+deb12u1
#            (Debian 12), dig of the machine.
# Guess:     NXDOMAIN from a policy zone carries that zone's SOA record in the authority section, with its TTL (60 s here): without
#            one a negative answer is not to be cached (RFC 2308 section 5).
# Seen:      unbound and PowerDNS send none; BIND puts it into the additional section, where RFC 2308 does not look for it; Knot
#            makes one up, owned by the blocked name, of 10800 s, whatever the zone says.
# Matters:   a forwarder that keeps to RFC 2308 asks the first three again for each blocked name, each time; one before Knot
#            keeps a name blocked for hours after it was taken from the list.
# Seen on:   2026-11-30, Debian 12 amd64. Output seen (status, then section, owner and TTL of each SOA record):
#   unbound: NXDOMAIN
#   bind: NXDOMAIN ADDITIONAL rpz.test. 60
#   powerdns: NXDOMAIN
#   knot: NXDOMAIN AUTHORITY bad.example. 10800
set -euo pipefail
work=$(mktemp -d -p /tmp)
chmod 755 "$work"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download unbound=1.17.1-2+deb12u4 bind9=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 \
  pdns-recursor=4.8.8-1+deb12u1 knot-resolver=5.6.0-1+deb12u1 libevent-2.1-7 libprotobuf-c1 libpython3.11 libssl3 libnghttp2-14 \
  libfstrm0 libjemalloc2 libjson-c5 liblmdb0 libmaxminddb0 libuv1 libxml2 libicu72 libboost-context1.74.0 libcurl4 \
  libbrotli1 libluajit-5.1-2 \
  libsodium23 libsnmp40 libwrap0 libperl5.36 libdnssec9 libknot13 libzscanner4 libxdp1 libbpf1 libelf1 librtmp1 libssh2-1 \
  libldap-2.5-0 libsasl2-2 libpsl5 libnsl2 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu
# kresd finds its Lua files by a path that is compiled in: another one of the same length leads to the unpacked ones.
compiled=/usr/lib/x86_64-linux-gnu/knot-resolver
link=$(printf '%s/%0*d' "$work" $((${#compiled} - ${#work} - 1)) 0)
ln -s "$work/root$compiled" "$link"
sed -i "s#$compiled#$link#g" root/usr/sbin/kresd

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
cat > zone <<'ZONE'
$ORIGIN rpz.test.
$TTL 60
@ SOA localhost. hostmaster.example. 1 3600 600 86400 60
@ NS localhost.
bad.example CNAME .
ZONE
cat > unbound.conf <<CONF
server:
  directory: "$work"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: 127.0.0.1@47671
  do-not-query-localhost: no
  module-config: "respip iterator"
  qname-minimisation: no
  local-zone: "test." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@47670
rpz:
  name: "rpz.test."
  zonefile: "$work/zone"
CONF
cat > named.conf <<CONF
options {
  directory "$work"; pid-file none; session-keyfile none;
  listen-on port 47672 { 127.0.0.1; }; listen-on-v6 { none; };
  recursion yes; dnssec-validation no; forward only; forwarders { 127.0.0.1 port 47670; };
  response-policy { zone "rpz.test"; } qname-wait-recurse no;
};
controls { };
zone "rpz.test" { type primary; file "$work/zone"; };
CONF
mkdir pdns knot
printf 'rpzFile("%s/zone", { policyName = "rpz" })\n' "$work" > pdns/rpz.lua
cat > pdns/recursor.conf <<CONF
local-address=127.0.0.1
local-port=47673
socket-dir=$work/pdns
dnssec=off
setuid=
setgid=
threads=1
security-poll-suffix=
forward-zones-recurse=.=127.0.0.1:47670
dont-query=
lua-config-file=$work/pdns/rpz.lua
CONF
cat > knot/kresd.conf <<CONF
net.listen('127.0.0.1', 47674, { kind = 'dns' })
trust_anchors.remove('.')
modules = { 'policy' }
policy.add(policy.rpz(policy.DENY, '$work/zone'))
policy.add(policy.all(policy.STUB('127.0.0.1@47670')))
CONF
python3 upstream.py 47670 & pids+=($!)
root/usr/sbin/unbound -d -c unbound.conf >unbound.log 2>&1 & pids+=($!)
root/usr/sbin/named -g -n 1 -c named.conf >named.log 2>&1 & pids+=($!)
root/usr/sbin/pdns_recursor --config-dir=pdns --daemon=no >pdns.log 2>&1 & pids+=($!)
root/usr/sbin/kresd -n -c "$work/knot/kresd.conf" "$work/knot" >knot.log 2>&1 & pids+=($!)

status() { timeout 30 dig +noedns +tries=5 +time=3 @127.0.0.1 -p "$1" "$2" A | sed -n 's/.*status: \([A-Z]*\).*/\1/p'; }
for port in 47671 47672 47673 47674; do
  for _ in {1..20}; do [ "$(status "$port" ready.example || true)" = NOERROR ] && break; sleep 1; done
done
got=$(for server in unbound:47671 bind:47672 powerdns:47673 knot:47674; do
  timeout 30 dig +tries=5 +time=3 @127.0.0.1 -p "${server#*:}" bad.example A | awk -v line="${server%:*}:" '
    match($0, /status: [A-Z]+/) { line = line " " substr($0, RSTART + 8, RLENGTH - 8) }
    / SECTION:/ { section = $2 }
    $4 == "SOA" { line = line " " section " " $1 " " $2 }
    END { print line }'
done)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
