#!/usr/bin/env node
// Whether the daemon answers: asks each of its UDP listeners for "localhost. A", which needs no upstream, and ends with
// status 0 when all of them reply. VLANDNS_LISTENERS names them as ADDRESS#PORT, separated by blanks; otherwise the
// running daemon is asked for them (VLANDNS_CONFIG, default /etc/vlandns/vlandns.yaml).
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { fileURLToPath } from 'node:url';

const WAIT_MS = 3000;
const NOERROR = 0;
const REFUSED = 5;

/** "localhost." A IN, behind a header with RD set and one question; the id is filled in. */
const QUERY = Buffer.from(
  '0000' + '0100' + '0001' + '000000000000' + '096c6f63616c686f737400' + '00010001',
  'hex',
);
const LOOPBACK = Buffer.from([127, 0, 0, 1]);

process.exitCode = await main();

async function main() {
  try {
    const listeners = readListeners();
    if (listeners.length === 0) throw new Error('no VLAN is served');
    const found = await Promise.all(listeners.map(ask));
    process.stdout.write(found.map((line) => `${line}\n`).join(''));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function readListeners() {
  const named = process.env.VLANDNS_LISTENERS;
  if (named !== undefined) {
    return named
      .split(/\s+/)
      .filter((text) => text !== '')
      .map((text) => {
        const [address, port = '53'] = text.split('#');
        return { address, port: Number(port) };
      });
  }
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const config = process.env.VLANDNS_CONFIG ?? '/etc/vlandns/vlandns.yaml';
  const told = execFileSync(process.execPath, [main, 'status', '--json', '-c', config], {
    encoding: 'utf8',
    timeout: WAIT_MS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(told).vlans.flatMap(({ listeners }) => listeners);
}

function ask({ address, port }) {
  const where = `${address}#${port}`;
  const query = Buffer.from(QUERY);
  query.writeUInt16BE(randomInt(0x10000), 0);
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const end = (settle, value) => {
      clearTimeout(timer);
      socket.close();
      settle(value);
    };
    const timer = setTimeout(() => end(reject, new Error(`${where}: no reply in ${WAIT_MS} ms`)), WAIT_MS);
    socket.on('error', (error) => end(reject, new Error(`${where}: ${error.message}`)));
    socket.on('message', (reply) => {
      const fault = faultOf(query, reply);
      if (fault === undefined) end(resolve, `${where}: answers`);
      else end(reject, new Error(`${where}: ${fault}`));
    });
    socket.connect(port, address, () => socket.send(query));
  });
}

/** What is wrong with the reply, if anything. */
function faultOf(query, reply) {
  if (reply.length < query.length || reply.readUInt16BE(0) !== query.readUInt16BE(0) || reply[2] < 0x80)
    return 'the reply is not one to our query';
  const rcode = reply[3] & 0x0f;
  // This machine's own address need not be in the subnets of the VLAN; to be refused is an answer then.
  if (rcode === REFUSED) return undefined;
  if (rcode !== NOERROR) return `rcode ${rcode} for localhost`;
  return reply.subarray(-LOOPBACK.length).equals(LOOPBACK) ? undefined : 'localhost is not 127.0.0.1';
}
