#!/usr/bin/env bash
# dnstap-read of BIND shows messages that came over TLS or HTTPS as UDP, and leaves out which policy was applied.
#
# Software:  dnstap-read 9.18.49 (Debian 12, bind9-dnsutils 1:9.18.49-1~deb12u1), Python 3 for writing the file.
# Guess:     the transport is shown as dnstap.proto names it (UDP, TCP, DOT, DOH, DOQ), or as a number where the reader is older; the
#            field `policy` (rule, action, match), which dnstap.proto has since 2020, is shown with -y, which is said to show all details.
# Seen:      all but TCP is UDP, in the short form and in YAML; the YAML of a message with a policy has no word of it.
# Matters:   who counts encrypted queries of a server by dnstap-read counts none; a capture is not proof that DoT is not used, nor that
#            a query was not blocked by policy.
# Seen on:   2026-12-01, Debian 12 amd64. Output seen:
#   UDP: UDP
#   TCP: TCP
#   DOT: UDP
#   DOH: UDP
#   DOQ: UDP
#   lines about the policy: 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
apt-get download bind9-dnsutils=1:9.18.49-1~deb12u1 bind9-libs=1:9.18.49-1~deb12u1 libfstrm0 libprotobuf-c1 liblmdb0 libmaxminddb0 libuv1 libjson-c5 libnghttp2-14 libxml2 libicu72 >/dev/null 2>&1
for deb in *.deb; do dpkg -x "$deb" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/x86_64-linux-gnu
cat > write.py <<'PY'
# A file of Frame Streams: CLIENT_QUERY of www.example A, once for each transport, with a policy.
import struct, sys

def varint(n):
    octets = b""
    while n > 127:
        octets += bytes([n & 127 | 128])
        n >>= 7
    return octets + bytes([n])

def number(field, n):
    return varint(field << 3) + varint(n)

def octets(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value

def control(kind, content=b""):
    body = struct.pack("!I", kind) + (struct.pack("!II", 1, len(content)) + content if content else b"")
    return struct.pack("!II", 0, len(body)) + body

query = struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0) + b"\3www\7example\0" + struct.pack("!HH", 1, 1)
policy = octets(1, b"RPZ") + octets(2, b"\7example\0") + number(3, 1) + number(4, 1)
with open(sys.argv[1], "wb") as file:
    file.write(control(2, b"protobuf:dnstap.Dnstap"))
    for protocol in (1, 2, 3, 4, 7):
        message = (number(1, 5) + number(2, 1) + number(3, protocol) + octets(4, bytes([192, 0, 2, 1])) + number(6, 5353)
                   + number(8, 1800000000) + varint(9 << 3 | 5) + struct.pack("<I", 0) + octets(10, query) + octets(15, policy))
        payload = octets(14, message) + number(15, 1)
        file.write(struct.pack("!I", len(payload)) + payload)
    file.write(control(3))
PY
python3 write.py tap
shown=$(root/usr/bin/dnstap-read tap | awk '{print $7}')
yaml=$(root/usr/bin/dnstap-read -y tap)
[ "$(printf '%s\n' "$yaml" | sed -n 's/^ *socket_protocol: //p')" = "$shown" ]
got=$(
  paste -d ' ' <(printf '%s\n' UDP: TCP: DOT: DOH: DOQ:) <(printf '%s\n' "$shown")
  printf 'lines about the policy: %s\n' "$(printf '%s\n' "$yaml" | grep -ci 'polic' || true)"
)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
