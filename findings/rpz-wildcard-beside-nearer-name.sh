#!/usr/bin/env bash
# One RPZ zone of four rules is three policies in unbound, BIND, PowerDNS and Knot, where a wildcard stands beside a nearer name.
#
# Software:  unbound 1.17.1-2+deb12u4, bind9 1:9.18.49-1~deb12u3, pdns-recursor 4.8.8-1+deb12u1, knot-resolver 5.6.0-1+deb12u1
#            (Debian 12), dig of the machine.
# Guess:     an RPZ zone is a DNS zone: a wildcard reaches neither below a nearer name nor to an empty non-terminal (RFC 4592
#            sections 2.2.2 and 3.3.1), so the same names pass everywhere.
# Seen:      only BIND does so. unbound ends the wildcard at a nearer name, and not at an empty non-terminal (y, of which only x.y
#            has a record). PowerDNS and Knot give the wildcard all that has no record of its own.
# Matters:   a published zone with `*.x CNAME .` and an exception for a.x blocks or passes b.a.x by who reads it, and a rule for
#            x.y.z alone unblocks y.z in one of four. Write `a.x` and `*.a.x` both.
# Seen on:   2026-11-30, Debian 12 amd64. Output seen:
#   b.a.one.example: unbound NOERROR, bind NOERROR, powerdns NXDOMAIN, knot NXDOMAIN
#   y.two.example: unbound NXDOMAIN, bind NOERROR, powerdns NXDOMAIN, knot NXDOMAIN
set -euo pipefail
work=$(mktemp -d -p /tmp)
chmod 755 "$work"
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
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
*.one.example CNAME .
a.one.example CNAME rpz-passthru.
*.two.example CNAME .
x.y.two.example CNAME .
ZONE
cat > unbound.conf <<CONF
server:
  directory: "$work"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  interface: 127.0.0.1@47641
  do-not-query-localhost: no
  module-config: "respip iterator"
  qname-minimisation: no
  local-zone: "test." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@47640
rpz:
  name: "rpz.test."
  zonefile: "$work/zone"
CONF
cat > named.conf <<CONF
options {
  directory "$work"; pid-file none; session-keyfile none;
  listen-on port 47642 { 127.0.0.1; }; listen-on-v6 { none; };
  recursion yes; dnssec-validation no; forward only; forwarders { 127.0.0.1 port 47640; };
  response-policy { zone "rpz.test"; } qname-wait-recurse no;
};
controls { };
zone "rpz.test" { type primary; file "$work/zone"; };
CONF
mkdir pdns knot
printf 'rpzFile("%s/zone", { policyName = "rpz" })\n' "$work" > pdns/rpz.lua
cat > pdns/recursor.conf <<CONF
local-address=127.0.0.1
local-port=47643
socket-dir=$work/pdns
dnssec=off
setuid=
setgid=
threads=1
security-poll-suffix=
forward-zones-recurse=.=127.0.0.1:47640
dont-query=
lua-config-file=$work/pdns/rpz.lua
CONF
cat > knot/kresd.conf <<CONF
net.listen('127.0.0.1', 47644, { kind = 'dns' })
trust_anchors.remove('.')
modules = { 'policy' }
policy.add(policy.rpz(policy.DENY, '$work/zone'))
policy.add(policy.all(policy.STUB('127.0.0.1@47640')))
CONF
python3 upstream.py 47640 & pids+=($!)
root/usr/sbin/unbound -d -c unbound.conf >unbound.log 2>&1 & pids+=($!)
root/usr/sbin/named -g -n 1 -c named.conf >named.log 2>&1 & pids+=($!)
root/usr/sbin/pdns_recursor --config-dir=pdns --daemon=no >pdns.log 2>&1 & pids+=($!)
root/usr/sbin/kresd -n -c "$work/knot/kresd.conf" "$work/knot" >knot.log 2>&1 & pids+=($!)

status() { timeout 30 dig +noedns +tries=5 +time=3 @127.0.0.1 -p "$1" "$2" A | sed -n 's/.*status: \([A-Z]*\).*/\1/p'; }
for port in 47641 47642 47643 47644; do
  for _ in {1..20}; do [ "$(status "$port" ready.example || true)" = NOERROR ] && break; sleep 1; done
done
got=$(for name in b.a.one.example y.two.example; do
  printf '%s: unbound %s, bind %s, powerdns %s, knot %s\n' "$name" \
    "$(status 47641 "$name")" "$(status 47642 "$name")" "$(status 47643 "$name")" "$(status 47644 "$name")"
done)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
