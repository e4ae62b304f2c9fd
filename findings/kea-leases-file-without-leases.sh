#!/usr/bin/env bash
# After each cleanup the lease file of Kea holds no lease: all of them are moved to a file named `.2`, the header stays.
#
# Software:  kea-dhcp4-server 2.2.0-6 (Debian 12), no interface, lfc-interval 3 (the default is 3600).
# Guess:     the file that `lease-database.name` says is what holds the leases, as dhcpd.leases, dnsmasq.leases and leases of
#            OpenBSD's dhcpd do; a cleanup makes it shorter, and what is in force stays in it.
# Seen:      after each cleanup the named file is its header line, and the leases stand in NAME.2 alone (in NAME.1 while it runs);
#            a renewal comes into NAME again. A comma in a host name is written `&#x2c`, without a semicolon.
# Matters:   a reader, or a watcher, of that one file knows hardly a device after each hour. Read `.2`, then `.1`, then the file;
#            the last line of an address counts.
# Seen on:   2026-11-30, Debian 12 amd64. Output seen:
#   at start, leases.csv: 192.0.2.10 192.0.2.11 192.0.2.10
#   after cleanup, leases.csv: header only
#   after cleanup, leases.csv.2: 192.0.2.10 192.0.2.11
#   its host names: tv, printer&#x2c upstairs
set -euo pipefail
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download kea-dhcp4-server=2.2.0-6 kea-common=2.2.0-6 liblog4cplus-2.0.5 libmariadb3 libpq5 libldap-2.5-0 libsasl2-2 \
  libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1 \
  libssl3 libboost-system1.74.0 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu:$work/root/lib/x86_64-linux-gnu
export KEA_LFC_EXECUTABLE=$work/root/usr/sbin/kea-lfc KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=none
cat > kea.json <<JSON
{ "Dhcp4": {
  "interfaces-config": { "interfaces": [] },
  "lease-database": { "type": "memfile", "name": "$work/leases.csv", "lfc-interval": 3 },
  "subnet4": [ { "subnet": "192.0.2.0/24", "pools": [ { "pool": "192.0.2.10 - 192.0.2.99" } ] } ],
  "loggers": [ { "name": "kea-dhcp4", "severity": "INFO", "output_options": [ { "output": "stdout" } ] } ]
} }
JSON
now=$(date +%s)
cat > leases.csv <<CSV
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context
192.0.2.10,02:00:00:00:00:01,,3600,$((now + 3000)),1,0,0,tv,0,
192.0.2.11,02:00:00:00:00:02,,3600,$((now + 3000)),1,0,0,printer&#x2c upstairs,0,
192.0.2.10,02:00:00:00:00:01,,3600,$((now + 3600)),1,0,0,tv,0,
CSV
leases() {
  printf '%s: %s\n' "$2, $1" "$(sed -n '2,$s/,.*//p' "$1" | paste -sd ' ' | grep . || echo 'header only')"
}
leases leases.csv 'at start' > got
root/usr/sbin/kea-dhcp4 -c kea.json > log 2>&1 & pids+=($!)
for _ in {1..60}; do [ -e leases.csv.2 ] && [ ! -e leases.csv.1 ] && break; sleep 1; done
leases leases.csv 'after cleanup' >> got
leases leases.csv.2 'after cleanup' >> got
printf 'its host names: %s\n' "$(sed '1d' leases.csv.2 | cut -d, -f9 | paste -sd, | sed 's/,/, /g')" >> got
cat got
[ "$(cat got)" = "$seen" ]
