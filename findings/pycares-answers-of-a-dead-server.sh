#!/usr/bin/env bash
# pycares remembers answers and has no setting for it, so that a check that asks with it finds a dead server alive.
#
# Software:  pycares 5.2.1 (PyPI, with c-ares 1.34.9 inside; aiodns and aiohttp's resolver stand on it), Python 3.
# Guess:     a stub resolver in a library sends each question; glibc and musl do, and neither the arguments of
#            pycares.Channel nor its description has a word about a cache. (c-ares has an option to turn its own off.)
# Seen:      of three equal questions one is sent, for an answer and for NXDOMAIN with an SOA record, for as long as their TTL says;
#            NXDOMAIN without an SOA record is asked each time. With the server gone the first two are still answered.
# Matters:   a health check of a resolver with a fixed name proves nothing, and a rule taken back shows in such a process only after
#            the TTL. Ask for a new name each time, or make a new Channel.
# Seen on:   2026-11-30. Output seen (questions the server had of three asked; result with the server gone):
#   answer of 300 s: 1 of 3, then answer
#   NXDOMAIN with SOA: 1 of 3, then NXDOMAIN
#   NXDOMAIN without SOA: 3 of 3, then no reply
#   Channel has a setting with "cache" in its name: False
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
python3 -m pip install --quiet --target lib pycares==5.2.1 cffi==2.1.1 >/dev/null 2>&1
cat > finding.py <<'PY'
import inspect, queue, socket, struct, threading
import pycares

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
had = []
stop = threading.Event()


def serve():
    server.settimeout(0.2)
    while not stop.is_set():
        try:
            query, client = server.recvfrom(4096)
        except TimeoutError:
            continue
        label = query[13 : 13 + query[12]].decode()
        had.append(label)
        end = query.index(0, 12) + 5
        answer = struct.pack("!HHHIHI", 0xC00C, 1, 1, 300, 4, 0xC6120001)
        soa = struct.pack("!BHHIH2x5I", 0, 6, 1, 300, 22, 1, 3600, 600, 86400, 300)
        flags, counts, rest = {
            "known": (0x8180, (1, 1, 0, 0), answer),
            "soa": (0x8183, (1, 0, 1, 0), soa),
            "bare": (0x8183, (1, 0, 0, 0), b""),
        }[label]
        server.sendto(query[:2] + struct.pack("!5H", flags, *counts) + query[12:end] + rest, client)
    server.close()


thread = threading.Thread(target=serve)
thread.start()
channel = pycares.Channel(servers=[f"127.0.0.1:{server.getsockname()[1]}"], timeout=1, tries=2)


def ask(label):
    results = queue.Queue()
    channel.query(f"{label}.example", pycares.QUERY_TYPE_A, callback=lambda result, error: results.put(error))
    error = results.get(timeout=30)
    return {None: "answer", pycares.errno.ARES_ENOTFOUND: "NXDOMAIN"}.get(error, "no reply")


titles = {"known": "answer of 300 s", "soa": "NXDOMAIN with SOA", "bare": "NXDOMAIN without SOA"}
for label in titles:
    for _ in range(3):
        ask(label)
stop.set()
thread.join()
for label, title in titles.items():
    print(f"{title}: {had.count(label)} of 3, then {ask(label)}")
named = any("cache" in name for name in inspect.signature(pycares.Channel.__init__).parameters)
print(f'Channel has a setting with "cache" in its name: {named}')
PY
got=$(PYTHONPATH=lib python3 finding.py)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
