// Whose certificates are believed: real connections to a server whose CA stands in no public bundle.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import t from 'tap';
import { certificatesIn } from '../../src/config/values/pem.ts';
import { readTrust, Trust } from '../../src/assembly/trust.ts';

const folder = t.testdir();
const file = (name: string): string => join(folder, name);

/** A CA of this house and a certificate of it for dns.example.net; false where openssl cannot make them. */
function makeCertificates(): boolean {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const openssl = (...words: string[]): void => void execFileSync('openssl', words, { stdio: 'ignore' });
  try {
    openssl('req', '-x509', ...key, '-subj', '/CN=house', '-keyout', file('ca.key'), '-out', file('ca.pem'));
    const names = ['-subj', '/CN=x', '-addext', 'subjectAltName=DNS:dns.example.net'];
    const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca.key')];
    openssl(
      'req',
      '-x509',
      ...key,
      ...names,
      ...signed,
      '-keyout',
      file('key.pem'),
      '-out',
      file('cert.pem'),
    );
    return true;
  } catch {
    return false; // the subtests say so
  }
}

const skip = makeCertificates() ? false : 'openssl cannot make certificates of a CA here';

t.test(
  'what the system trusts and what server.ca names is believed, and nothing else',
  { skip },
  async (t) => {
    const server = tls.createServer({
      key: readFileSync(file('key.pem')),
      cert: readFileSync(file('cert.pem')),
    });
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const connect = async (trust: Trust): Promise<string> => {
      const socket = tls.connect({
        port,
        host: '127.0.0.1',
        servername: 'dns.example.net',
        secureContext: trust.context(),
      });
      return new Promise((resolve) => {
        socket.on('secureConnect', () => resolve('trusted'));
        socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
      }).then((told) => {
        socket.destroy();
        return String(told);
      });
    };
    /** A configuration that trusts these files and needs nobody's certificate at once. */
    const trusting = (ca: readonly string[]): Parameters<typeof readTrust>[0] => ({
      server: { ca, carrier: 'heal', port: 53, io: 'auto', pledge: false, state: folder, timeZone: 'UTC' },
      upstreams: [],
      lists: [],
    });
    const told: object[] = [];
    const log = { info: () => {}, error: () => {}, warn: (event: object) => void told.push(event) };
    const unknown = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    writeFileSync(file('with-broken.pem'), `house\n${broken}${readFileSync(file('ca.pem'), 'utf8')}`);
    const nowhere = file('nowhere.pem');
    const table: [what: string, bundles: string[], own: string[], outcome: string][] = [
      ['a CA that nobody named', [nowhere], [], unknown],
      ['in server.ca', [nowhere], [file('ca.pem')], 'trusted'],
      ['in the store of the system', [nowhere, file('ca.pem')], [], 'trusted'],
      ['beside a damaged one', [file('with-broken.pem')], [], 'trusted'],
      ['a file that has gone', [nowhere], [nowhere], unknown],
    ];
    for (const [what, bundles, own, outcome] of table) {
      t.equal(await connect(readTrust(trusting(own), { log, bundles })), outcome, what);
    }
    t.match(told, [{ event: 'certificates_unreadable', file: nowhere }]);

    const parts = { log, bundles: [] };
    copyFileSync(file('ca.pem'), file('own.pem'));
    t.equal(await connect(new Trust([])), unknown);
    const first = readTrust(trusting([]), parts);
    const named = readTrust(trusting([file('own.pem')]), parts, first);
    t.equal(await connect(named), 'trusted', 'after a reload that names it');
    t.equal(await connect(first), unknown, 'what was trusted before is not altered');
    t.equal(readTrust(trusting([file('own.pem')]), parts, named), named, 'the same where nothing changed');
    rmSync(file('own.pem'));
    t.equal(await connect(named), 'trusted', 'it is read once');
    t.equal(await connect(readTrust(trusting([]), parts, named)), unknown, 'after a reload that does not');
  },
);

t.test('certificates are found among other text', (t) => {
  const one = '-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----';
  t.strictSame(certificatesIn(`# Example CA\n${one}\r\n\n=====\n${one}\n-----BEGIN CERTIFICATE-----\nQQ`), [
    one,
    one,
  ]);
  t.strictSame(certificatesIn('-----BEGIN PRIVATE KEY-----\nQQ==\n-----END PRIVATE KEY-----'), []);
  t.end();
});
