#!/usr/bin/env bash
# @hono/node-server gives an application no Host over HTTP/2, although the URL of the same request has it.
#
# Software:  hono 4.13.19, @hono/node-server 2.1.9 (npm), Node's own http2.
# Guess:     a handler that reads the field `host`, for a check of Origin or against DNS rebinding, sees the same over HTTP/1.1 and HTTP/2:
#            adapters make `:authority` into Host for what is above them (RFC 9113 section 8.3.1).
# Seen:      over HTTP/2 `c.req.header('host')` is undefined; the URL is made of `:authority`. Over HTTP/1.1 both are there.
# Matters:   whoever compares Origin with Host refuses every change by a browser once TLS, and with it HTTP/2, is turned on; whoever treats an
#            absent Host as harmless has no check at all. Take the host from the URL, or from `:authority`.
# Seen on:   2026-12-01, Node 20. Output seen:
#   HTTP/1.1: host dns.example:8053, url http://dns.example:8053/
#   HTTP/2:   host undefined, url http://dns.example:8053/
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
echo '{"type":"module"}' > package.json
npm install --no-fund --no-audit --ignore-scripts --loglevel=error hono@4.13.19 @hono/node-server@2.1.9 >/dev/null
cat > ask.mjs <<'JS'
import { createServer, request } from 'node:http';
import { connect, createServer as createServer2 } from 'node:http2';
import { once } from 'node:events';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.get('/', (c) => c.text(`host ${c.req.header('host')}, url ${c.req.url}`));
const listener = getRequestListener(app.fetch);

const textOf = async (stream) => {
  let text = '';
  for await (const part of stream) text += part;
  return text;
};

const one = createServer(listener).listen(0, '127.0.0.1');
await once(one, 'listening');
const asked = request({ port: one.address().port, host: '127.0.0.1', path: '/', headers: { host: 'dns.example:8053' } }).end();
const [reply] = await once(asked, 'response');
console.log(`HTTP/1.1: ${await textOf(reply)}`);
one.close();
one.closeAllConnections();

const two = createServer2(listener).listen(0, '127.0.0.1');
await once(two, 'listening');
const session = connect(`http://127.0.0.1:${two.address().port}`);
const stream = session.request({ ':path': '/', ':authority': 'dns.example:8053' });
console.log(`HTTP/2:   ${await textOf(stream)}`);
session.close();
two.close();
JS
got=$(node ask.mjs)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
