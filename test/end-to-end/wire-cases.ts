/** Group m: every file of test/wire is sent over each of its transports, and a valid query is answered behind it. */
import { CLOSED_MS } from './case.ts';
import { rcodeName } from '../support/dns-numbers.ts';
import { readMessage } from '../support/message-reader.ts';
import { concat, u16 } from '../support/message-writer.ts';
import type { WireFile } from '../support/hex.ts';
import { askUdp, type Endpoint, openConnection, sleep } from '../support/wire-client.ts';

/** How long nothing has to come for silence to count. */
const SILENCE_MS = 400;

/** How long a reply may take; nothing is told by how quick it is. */
const REPLY_MS = 8000;

/** How long to wait for what is expected over TCP, where it is no reply. */
const PATIENCE_MS: Readonly<Record<string, number>> = { silence: SILENCE_MS, closed: CLOSED_MS };

/** Sends a file's message over one transport and gives the faults of what came back. */
export async function runWireFile(
  file: WireFile,
  transport: 'udp' | 'tcp',
  to: Endpoint,
  strict: boolean,
): Promise<string[]> {
  const expectations = strict ? [file.expect] : [file.expect, ...file.allow];
  const most = Math.max(...expectations.map((one) => one.length));
  const got = transport === 'udp' ? await overUdp(file, to) : await overTcp(file, to, most);
  const words = got.map((reply) => (typeof reply === 'string' ? reply : rcodeOf(reply)));
  const faults = got.flatMap((reply, index) => {
    if (typeof reply === 'string') return [];
    // What a file adds holds for the answer it expects first; another that is allowed may look otherwise.
    return judgeWire(reply, file, { strict, further: words[index] === file.expect[index] });
  });
  const fits = expectations.some((wanted) =>
    wanted.every((word, index) => {
      const came = words[index] ?? 'silence';
      // Over TCP closing is as good as silence: the client is told that nothing will come (RFC 7766 section 6.2.3).
      return came === word || (transport === 'tcp' && word === 'silence' && came === 'closed');
    }),
  );
  if (!fits) {
    const wanted = expectations.map((one) => one.join(' then ')).join(' or ');
    faults.push(`came ${words.join(' then ') || 'silence'}, not ${wanted}`);
  }
  return faults;
}

async function overUdp(file: WireFile, to: Endpoint): Promise<Uint8Array[]> {
  const waitMs = file.expect[0] === 'silence' ? SILENCE_MS : REPLY_MS;
  return askUdp(to, [file.bytes], { waitMs, lingerMs: 30 });
}

async function overTcp(file: WireFile, to: Endpoint, most: number): Promise<(Uint8Array | string)[]> {
  const stream = file.raw ? file.bytes : concat(u16(file.bytes.length), file.bytes);
  const connection = await openConnection(to);
  try {
    let at = 0;
    for (const octets of file.pieces) {
      connection.write(stream.subarray(at, at + octets));
      at += octets;
      await sleep(file.pauseMs);
    }
    connection.write(stream.subarray(at));
    if (file.ending === 'half-close') connection.end();
    if (file.ending === 'reset') connection.reset();
    const got: (Uint8Array | string)[] = [];
    while (got.length < most) {
      const wanted = file.expect[got.length] ?? 'silence';
      const reply = await connection.next(PATIENCE_MS[wanted] ?? REPLY_MS);
      got.push(reply);
      if (typeof reply === 'string') break;
    }
    return got;
  } finally {
    connection.close();
  }
}

/** The rcode of a reply; of one that cannot be read, as its header says. */
function rcodeOf(reply: Uint8Array): string {
  try {
    return readMessage(reply).rcode;
  } catch {
    return rcodeName((reply[3] ?? 0) & 15);
  }
}

/** What holds for every reply to a wrong message, and what the file's `reply` line adds. */
function judgeWire(
  bytes: Uint8Array,
  file: WireFile,
  how: { readonly strict: boolean; readonly further: boolean },
): string[] {
  let reply;
  try {
    reply = readMessage(bytes);
  } catch (error) {
    // Some servers send the wrong message back with FORMERR in its header; that much is an answer.
    return how.strict ? [`not well-formed: ${error instanceof Error ? error.message : String(error)}`] : [];
  }
  const sent = file.bytes;
  const flags = sent[2] ?? 0;
  const checks: [boolean, string][] = [
    [file.raw || reply.id === (((sent[0] ?? 0) << 8) | (sent[1] ?? 0)), 'another id'],
    [reply.qr, 'QR is clear'],
    [file.raw || reply.opcode === ((flags >> 3) & 15), 'another opcode'],
    [!reply.z, 'Z is set'],
    [reply.opts.length <= 1, 'two OPT records'],
    [reply.questions.length <= 1, 'more than one question'],
    [(reply.opts[0]?.version ?? 0) === 0, 'the OPT version is not 0'],
    [((reply.opts[0]?.flags ?? 0) & 0x7fff) === 0, 'unknown EDNS flags are set'],
  ];
  const further: Readonly<Record<string, [boolean, string]>> = {
    empty: [reply.answer.length + reply.authority.length + reply.additional.length === 0, 'records'],
    answer: [reply.answer.length > 0, 'no answer'],
    opt: [reply.opts.length === 1, 'no OPT record'],
    'no-opt': [reply.opts.length === 0, 'an OPT record though the query had none'],
    question: [reply.questions.length === 1, 'no question'],
    'no-question': [reply.questions.length === 0, 'a question'],
    'no-options': [reply.opts.every((opt) => opt.options.length === 0), 'EDNS options'],
    ra: [reply.ra, 'RA is clear'],
    rd: [reply.rd, 'RD is clear'],
    'no-rd': [!reply.rd, 'RD is set'],
    do: [((reply.opts[0]?.flags ?? 0) & 0x8000) !== 0, 'DO is clear'],
    cd: [reply.cd, 'CD is clear'],
    'no-aa': [!reply.aa, 'AA is set'],
    'no-tc': [!reply.tc, 'TC is set'],
  };
  for (const word of how.further ? file.reply : [])
    checks.push(further[word] ?? [false, `no check is called ${word}`]);
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}
