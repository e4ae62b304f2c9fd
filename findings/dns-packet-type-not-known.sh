#!/usr/bin/env bash
# dns-packet of npm sends a question of type 0 where it does not know the type's name, HTTPS and SVCB among them, without an error.
#
# Software:  dns-packet 5.6.1, @dnsquery/dns-packet 6.1.1, @leichtgewicht/dns-packet 6.0.3, Node 20.
# Guess:     a name that the encoder does not know throws; `TYPE65` is understood (RFC 3597 section 5); or, as the decoder gives
#            types of no name in a form of its own, at least HTTPS (RFC 9460, 2023) has a name.
# Seen:      `HTTPS`, `SVCB`, `URI`, `TYPE65` and any other word become type 0, which is reserved. Only `UNKNOWN_65`, the decoder's
#            form, is sent as 65.
# Matters:   a test or a client written with it never asks for HTTPS, which browsers ask for with every name; the server sees type 0
#            and says NODATA, NOTIMP or FORMERR, which looks like "has no HTTPS record".
# Seen on:   2026-11-30. Output seen (the type's number in the question, of each of the three):
#   A: 1 1 1
#   HTTPS: 0 0 0
#   SVCB: 0 0 0
#   URI: 0 0 0
#   TYPE65: 0 0 0
#   NOSUCH: 0 0 0
#   UNKNOWN_65: 65 65 65
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts \
  dns-packet@5.6.1 @dnsquery/dns-packet@6.1.1 @leichtgewicht/dns-packet@6.0.3 >/dev/null 2>&1
cat > finding.mjs <<'JS'
const packages = ['dns-packet', '@dnsquery/dns-packet', '@leichtgewicht/dns-packet'];
const encoders = await Promise.all(packages.map(async (name) => (await import(name)).encode));
for (const type of ['A', 'HTTPS', 'SVCB', 'URI', 'TYPE65', 'NOSUCH', 'UNKNOWN_65']) {
  const numbers = encoders.map((encode) => {
    const octets = Buffer.from(encode({ type: 'query', id: 1, questions: [{ type, name: 'a.example' }] }));
    return octets.readUInt16BE(octets.length - 4);
  });
  console.log(`${type}: ${numbers.join(' ')}`);
}
JS
got=$(node finding.mjs)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
