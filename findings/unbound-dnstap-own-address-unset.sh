#!/usr/bin/env bash
# unbound's dnstap has 0.0.0.0 as the address from which it asked a forwarder, though the port beside it is the one used.
#
# Software:  unbound 1.17.1 (Debian 12, 1.17.1-2+deb12u4) with fstrm_capture 0.6.1 and dnstap-read of the machine's release, dig.
# Guess:     query_address of FORWARDER_QUERY and FORWARDER_RESPONSE is "the network address of the message initiator" (dnstap.proto):
#            the address that the query went out from, 127.0.0.1 where the forwarder is at 127.0.0.1.
# Seen:      it is what the socket was bound to, the wildcard, with the true port; addresses of clients and of the forwarder are right.
# Matters:   a collector that tells several resolvers apart by query_address, or joins these messages with a packet capture, sees one
#            machine called 0.0.0.0; go by dnstap's identity, and set outgoing-interface.
# Seen on:   2026-12-01, Debian 12 amd64. Output seen (ports as P but for the listeners'):
#   CQ 127.0.0.1:P -> 127.0.0.1:47562 name.example/IN/A
#   FQ 0.0.0.0:P -> 127.0.0.1:47561 name.example/IN/A
#   FR 0.0.0.0:P <- 127.0.0.1:47561 name.example/IN/A
#   CR 127.0.0.1:P <- 127.0.0.1:47562 name.example/IN/A
#   with outgoing-interface: FQ 127.0.0.1:P -> 127.0.0.1:47561 name.example/IN/A
set -euo pipefail
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download unbound=1.17.1-2+deb12u4 fstrm-bin libfstrm0 libprotobuf-c1 libevent-2.1-7 libpython3.11 libnghttp2-14 libhiredis0.14 \
  libsodium23 libssl3 bind9-dnsutils=1:9.18.49-1~deb12u1 bind9-libs=1:9.18.49-1~deb12u1 liblmdb0 libmaxminddb0 libuv1 libjson-c5 libxml2 libicu72 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu

configure() {
  cat <<CONF
server:
  interface: 127.0.0.1@$1
  do-daemonize: no
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: "$work/log"
  do-not-query-localhost: no
  $2
remote-control:
  control-enable: no
CONF
}
configure 47561 'local-data: "name.example. 60 A 192.0.2.9"' > forwarder.conf
root/usr/sbin/unbound -d -c forwarder.conf & pids+=($!)

# Prints what is told of one query.
tell() {
  rm -f tap.sock out
  root/usr/bin/fstrm_capture -t protobuf:dnstap.Dnstap -u tap.sock -w out 2>/dev/null & capture=$!
  pids+=("$capture")
  { configure 47562 "$1"; cat <<CONF; } > resolver.conf
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@47561
dnstap:
  dnstap-enable: yes
  dnstap-socket-path: "$work/tap.sock"
  dnstap-log-client-query-messages: yes
  dnstap-log-client-response-messages: yes
  dnstap-log-forwarder-query-messages: yes
  dnstap-log-forwarder-response-messages: yes
CONF
  sleep 1
  root/usr/sbin/unbound -d -c resolver.conf & resolver=$!
  pids+=("$resolver")
  sleep 1.5
  dig +tries=3 +time=3 @127.0.0.1 -p 47562 name.example A >/dev/null
  sleep 1.5
  kill "$resolver"; wait "$resolver" || true
  kill "$capture"; wait "$capture" || true
  root/usr/bin/dnstap-read out | sed -E 's/^[^ ]+ [^ ]+ //; s/ UDP [0-9]+b / /; s/^(.. [0-9.]+):[0-9]+/\1:P/'
}
got=$(
  tell 'verbosity: 1'
  printf 'with outgoing-interface: %s\n' "$(tell 'outgoing-interface: 127.0.0.1' | grep '^FQ')"
)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
