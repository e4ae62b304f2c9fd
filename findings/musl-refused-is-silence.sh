#!/usr/bin/env bash
# musl's resolver takes REFUSED, NOTIMP and FORMERR for silence and waits them out; an empty reply with TC is "no such name".
#
# Software:  musl 1.2.3 (Debian 12, musl-dev 1.2.3-1), a C compiler, iproute2 and unshare of the machine (as root).
# Guess:     a reply is a reply: REFUSED from the only server fails at once, as in glibc. TC says that there is more, so the answer
#            is asked for by TCP, or the lookup fails for now (EAI_AGAIN).
# Seen:      with REFUSED, NOTIMP or FORMERR getaddrinfo waits until its time is over (5 s). With TC and no record, which servers
#            send where the records do not fit, it says at once that the name does not exist; with TC and one record, that is
#            used. (1.2.4 brought TCP.)
# Matters:   containers on Alpine up to 3.17: a filter that answers REFUSED makes each blocked name cost 5 s, and a server that sends
#            TC ought to put in the records that fit.
# Seen on:   2026-11-30, Debian 12 amd64. Output seen:
#   plain: address, at once
#   tc-one: address, at once
#   tc-empty: Name does not resolve, at once
#   nxdomain: Name does not resolve, at once
#   refused: Try again, after 3 s or more
#   notimp: Try again, after 3 s or more
#   formerr: Try again, after 3 s or more
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download musl-dev=1.2.3-1 >/dev/null 2>&1
dpkg -x musl-dev*.deb root
cat > look.c <<'C'
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int main(int count, char **labels) {
  for (int i = 1; i < count; i++) {
    char name[64];
    struct addrinfo hints, *found;
    struct timespec start, end;
    snprintf(name, sizeof name, "%s.example", labels[i]);
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int error = getaddrinfo(name, 0, &hints, &found);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%s: %s, %s\n", labels[i], error ? gai_strerror(error) : "address",
           end.tv_sec - start.tv_sec >= 3 ? "after 3 s or more" : "at once");
  }
}
C
lib=root/usr/lib/x86_64-linux-musl
cc -nostdinc -isystem root/usr/include/x86_64-linux-musl -static -nostdlib -no-pie -o look \
  "$lib/crt1.o" "$lib/crti.o" look.c "$lib/libc.a" -lgcc "$lib/libc.a" "$lib/crtn.o"
cat > server.py <<'PY'
import socket, struct
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 53))
while True:
    query, client = udp.recvfrom(4096)
    label = query[13 : 13 + query[12]].decode()
    end = query.index(0, 12) + 5
    answer = struct.pack("!HHHIHI", 0xC00C, 1, 1, 300, 4, 0xC6120001)
    flags = {"tc-one": 0x8380, "tc-empty": 0x8380, "nxdomain": 0x8183, "refused": 0x8185, "notimp": 0x8184, "formerr": 0x8181}
    known = label in ("plain", "tc-one")
    head = query[:2] + struct.pack("!5H", flags.get(label, 0x8180), 1, int(known), 0, 0)
    udp.sendto(head + query[12:end] + (answer if known else b""), client)
PY
echo 'nameserver 127.0.0.1' > resolv.conf
cat > inside.sh <<'SH'
ip link set lo up
mount --bind resolv.conf /etc/resolv.conf
python3 server.py & server=$!
sleep 2
./look plain tc-one tc-empty nxdomain refused notimp formerr
kill "$server"
SH
got=$(timeout 120 unshare --net --mount bash -eu inside.sh)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
