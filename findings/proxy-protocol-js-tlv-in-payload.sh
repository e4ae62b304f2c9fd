#!/usr/bin/env bash
# proxy-protocol-js gives a PROXY v2 header's TLVs as the first octets of what the client sent, and refuses `PROXY UNKNOWN`.
#
# Software:  proxy-protocol-js 4.0.6 (npm), Node 20; the form is that of the PROXY protocol, sections 2.1 and 2.2.
# Guess:     the length in a version 2 header counts addresses and TLVs; what is behind them is the payload. A receiver of version 1
#            has to take `PROXY UNKNOWN` and its line end alone, which load balancers send for their own connections.
# Seen:      `data` begins after the addresses, whatever the length says, so that TLVs and payload are one; nothing else of the
#            result says where to cut. `PROXY UNKNOWN` without addresses is a parse error.
# Matters:   dnsdist, HAProxy and clouds add TLVs (a checksum, padding, the TLS name): the two octets of length of a DNS message by
#            TCP are then read out of a TLV.
# Seen on:   2026-11-30. Output seen:
#   v2 without TLV: "hello"
#   v2 with a TLV of no meaning: "\u0004\u0000\u0002\u0000\u0000hello"
#   v2 of no connection, with the same TLV: "\u0004\u0000\u0002\u0000\u0000hello"
#   v1 TCP4: "hello"
#   v1 UNKNOWN: error
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts proxy-protocol-js@4.0.6 >/dev/null 2>&1
cat > finding.mjs <<'JS'
import proxy from 'proxy-protocol-js';

const signature = '0d0a0d0a000d0a515549540a';
const addresses = 'c0000205c0000201d4310035';
const noop = '0400020000';
const hello = Buffer.from('hello').toString('hex');
const second = (header) => Buffer.from(proxy.V2ProxyProtocol.parse(Buffer.from(header + hello, 'hex')).data);
const first = (line) => proxy.V1ProxyProtocol.parse(`${line}\r\nhello`).data;
const cases = {
  'v2 without TLV': () => second(`${signature}2111000c${addresses}`),
  'v2 with a TLV of no meaning': () => second(`${signature}21110011${addresses}${noop}`),
  'v2 of no connection, with the same TLV': () => second(`${signature}20000005${noop}`),
  'v1 TCP4': () => first('PROXY TCP4 192.0.2.5 192.0.2.1 54321 53'),
  'v1 UNKNOWN': () => first('PROXY UNKNOWN'),
};
for (const [title, read] of Object.entries(cases)) {
  let data = 'error';
  try {
    data = JSON.stringify(read().toString('latin1'));
  } catch {}
  console.log(`${title}: ${data}`);
}
JS
got=$(node finding.mjs)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
