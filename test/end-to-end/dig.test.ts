/** dig and kdig, as people use them, against the demo's configuration: right answers, and no word of warning from either. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import t from 'tap';

import { builtMain } from '../support/build.ts';
import { startServer } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';
import { openScriptedUpstream, ScriptBook } from '../support/scripted-upstream.ts';
import { eachItsAddress } from '../support/upstream-scripts.ts';

/** Whether a program is there to be run. */
function isInstalled(program: string): boolean {
  try {
    execFileSync(program, [program === 'dig' ? '-v' : '-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'dig-'));
const book = new ScriptBook();
book.set('.', eachItsAddress('.'));
const upstream = await openScriptedUpstream(book, 'demo');
const [kids, servers] = [await freePort(), await freePort()];

// The demo's own file, on ports of its own, so that it may run beside the demo itself.
const demo = fileURLToPath(new URL('../../config/', import.meta.url));
const file = path.join(folder, 'vlandns.yaml');
const text = readFileSync(path.join(demo, 'vlandns.demo.yaml'), 'utf8')
  .replaceAll('demo/', `${demo}demo/`)
  .replaceAll('../.demo', folder)
  .replaceAll(':5340', `:${kids}`)
  .replaceAll(':5360', `:${servers}`)
  .replace(/^web: .*$/m, '')
  .replaceAll(':5390', `:${upstream.port}`);
writeFileSync(file, text);

const server = await startServer({
  name: 'vlandns',
  command: process.execPath,
  args: [builtMain(), 'serve', '-c', file],
  endpoints: {
    kids: { address: '127.0.0.1', port: kids, source: '127.0.0.1' },
    servers: { address: '127.0.0.1', port: servers, source: '127.0.0.1' },
  },
  readyName: 'nas.home.arpa',
});
t.teardown(async () => {
  await server.stop();
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What is asked, of whom, and what the output must match. */
const RUNS: readonly (readonly [string, number, RegExp])[] = [
  ['nas.home.arpa', kids, /status: NOERROR[^]*flags: qr aa rd ra[^]*192\.0\.2\.10/],
  ['nas.home.arpa AAAA', kids, /2001:db8::10/],
  ['files.home.arpa', kids, /CNAME\s+nas\.home\.arpa[^]*192\.0\.2\.10/],
  ['-x 192.0.2.10', kids, /PTR\s+nas\.home\.arpa/],
  ['ads.example', kids, /status: NXDOMAIN[^]*EDE: 15/],
  ['ads.example', servers, /status: NOERROR[^]*192\.0\.2\.1/],
  ['ads.example +noedns', kids, /status: NXDOMAIN/],
  ['www.example.com', kids, /status: NOERROR[^]*192\.0\.2\.1/],
  ['www.example.com +tcp', kids, /status: NOERROR[^]*192\.0\.2\.1/],
  [
    'www.example.com +tcp +keepopen www.example.org +tcp +keepopen',
    kids,
    /www\.example\.com[^]*www\.example\.org/,
  ],
  ['www.example.com +cookie=0123456789abcdef', servers, /status: NOERROR/],
  ['www.example.com +subnet=192.0.2.0/24', servers, /status: NOERROR/],
  ['www.example.com +norec', servers, /flags: qr ra;|flags: qr ;|flags: qr;/],
  ['www.example.com +cd', servers, /flags: qr rd ra cd/],
  ['www.example.com +adflag', servers, /flags: qr rd ra/],
  ['www.example.com +dnssec', servers, /flags: do/],
  ['www.example.com +nsid', servers, /status: NOERROR/],
  ['www.example.com +bufsize=512', servers, /status: NOERROR/],
  ['-t TYPE65 nas.home.arpa', kids, /status: NOERROR/],
  ['-t ANY www.example.com', servers, /HINFO\s+"RFC8482"/],
  ['-t AXFR example.com', servers, /Transfer failed|REFUSED/],
  ['-c CH -t TXT version.bind', servers, /status: REFUSED/],
  ['WwW.ExAmPlE.cOm', servers, /WwW\.ExAmPlE\.cOm/],
];

/** What dig says when something about an answer is not as it should be. */
const COMPLAINT =
  /warning|malformed|bad (?:packet|cookie|horizontal)|mismatch|extra (?:bytes|input)|no servers could/i;

t.test('dig', { skip: isInstalled('dig') ? false : 'dig (bind9-dnsutils) is not installed' }, async (t) => {
  const extra: typeof RUNS = [
    ['www.example.com +edns=1 +noednsnegotiation', servers, /status: BADVERS/],
    ['www.example.com +opcode=15 +noedns', servers, /opcode: (?:RESERVED)?15, status: NOTIMP/],
    ['www.example.com +zflag', servers, /status: NOERROR/],
    ['www.example.com +ednsflags=0x80', servers, /status: NOERROR/],
    ['www.example.com +ednsopt=100:aabb', servers, /status: NOERROR/],
    ['www.example.com +header-only +noedns', servers, /status: FORMERR/],
  ];
  for (const [words, port, wanted] of [...RUNS, ...extra]) await ask(t, 'dig', { words, port, wanted });
});

t.test('kdig', { skip: isInstalled('kdig') ? false : 'kdig (knot-dnsutils) is not installed' }, async (t) => {
  const plain = RUNS.filter(
    ([words]) => !/version\.bind|AXFR|cookie|\+norec|\+cd|\+adflag|\+dnssec|ads\.example$/.test(words),
  );
  const extra: typeof RUNS = [
    ['ads.example +edns', kids, /status: NXDOMAIN[^]*EDE: 15/],
    ['www.example.com +edns=1', servers, /status: BADVERS/],
    ['www.example.com +cookie', servers, /status: NOERROR/],
    ['www.example.com +padding', servers, /status: NOERROR/],
  ];
  for (const [words, port, wanted] of [...plain, ...extra]) {
    const said = words.replace('+nsid', '+edns +nsid').replace('flags: qr', 'Flags: qr');
    await ask(t, 'kdig', {
      words: said,
      port,
      wanted: new RegExp(wanted.source.replace('flags: qr', 'Flags: qr'), 'i'),
    });
  }
});

async function ask(
  t: {
    match: (got: string, wanted: RegExp, name: string) => boolean;
    notMatch: (got: string, wanted: RegExp, name: string) => boolean;
  },
  program: string,
  { words, port, wanted }: { words: string; port: number; wanted: RegExp },
): Promise<void> {
  const server = ['@127.0.0.1', '-p', String(port)];
  const quick = program === 'dig' ? ['+time=4', '+tries=1'] : ['+time=4', '+retry=0'];
  const { stdout, stderr } = await output(program, [...server, ...quick, ...words.split(' ')]);
  t.match(stdout, wanted, `${program} ${words} says what it should`);
  t.notMatch(stdout + stderr, COMPLAINT, `${program} ${words} does not complain`);
}

/** What a program writes, whatever its exit status. */
function output(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(program, args, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
}
