#!/usr/bin/env bash
# In Knot Resolver `rpz-passthru.` does not only pass a name by the list: the forwarder set after the list is not for it either.
#
# Software:  knot-resolver 5.6.0-1+deb12u1 (Debian 12), dig of the machine.
# Guess:     passthru means "as if there were no such list", so that the name is resolved like every name not on it.
# Seen:      policy.rpz ends the chain of rules for that name, and FORWARD and STUB are rules of that chain: the forwarder never
#            sees the name, it is asked of the root servers. Where they are out of reach the excepted names alone fail.
# Matters:   an exception in a list makes its name leave in clear text past a forwarder over TLS, or not resolve at all.
# Seen on:   2026-11-30, Debian 12 amd64. Output seen:
#   plain.example: NOERROR, forwarder asked: yes
#   bad.example: NXDOMAIN, forwarder asked: no
#   good.example: no address, forwarder asked: no
set -euo pipefail
work=$(mktemp -d -p /tmp)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download knot-resolver=5.6.0-1+deb12u1 libdnssec9 libknot13 libzscanner4 libxdp1 libbpf1 libelf1 libluajit-5.1-2 \
  libuv1 liblmdb0 libjemalloc2 libnghttp2-14 >/dev/null 2>&1
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
# Notes what it was asked for, so that the forwarder can be told from the root servers; those are an address where nothing listens.
sed -i '/^    a = /i\    print(query[13 : 13 + query[12]].decode().lower(), flush=True)' upstream.py
cat > zone <<'ZONE'
$ORIGIN rpz.test.
$TTL 60
@ SOA localhost. hostmaster.example. 1 3600 600 86400 60
@ NS localhost.
bad.example CNAME .
good.example CNAME rpz-passthru.
ZONE
cat > kresd.conf <<CONF
net.listen('127.0.0.1', 47662, { kind = 'dns' })
trust_anchors.remove('.')
modules = { 'hints', 'policy' }
hints.root({ ['a.root.example.'] = '127.0.0.254' })
policy.add(policy.rpz(policy.DENY, '$work/zone'))
policy.add(policy.all(policy.STUB('127.0.0.1@47661')))
CONF
python3 upstream.py 47661 >asked & pids+=($!)
mkdir state
root/usr/sbin/kresd -n -c "$work/kresd.conf" "$work/state" >knot.log 2>&1 & pids+=($!)

status() {
  timeout 30 dig +noedns +tries=1 +time="$2" @127.0.0.1 -p 47662 "$1" A | sed -n 's/.*status: \([A-Z]*\).*/\1/p' |
    grep -E 'NOERROR|NXDOMAIN' || echo 'no address'
}
for _ in {1..30}; do [ "$(status ready.example 2)" = NOERROR ] && break; sleep 1; done
got=$(for name in plain bad good; do
  became=$(status "$name.example" 10)
  printf '%s.example: %s, forwarder asked: %s\n' "$name" "$became" "$(grep -qx "$name" asked && echo yes || echo no)"
done)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
