/** Upstreams as doctor tries them: by the name in their certificate, and believing what the daemon believes. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import t from 'tap';
import { parseConfig } from '../../../src/config/reader.ts';
import { tryUpstreams } from '../../../src/doctor/collect/reach.ts';

const folder = t.testdir();
const file = (name: string): string => join(folder, name);

/** A certificate that signed itself, for a name and an address; false where openssl cannot make it. */
function makeCertificate(): boolean {
  try {
    execFileSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x -addext subjectAltName=DNS:dns.example,IP:127.0.0.1 -keyout ${file('key.pem')} -out ${file('cert.pem')}`.split(
        ' ',
      ),
      { stdio: 'ignore' },
    );
    return true;
  } catch {
    return false; // the subtest says so
  }
}

const skip = makeCertificate() ? false : 'openssl cannot make a certificate here';

t.test('the name has to be in the certificate, and its signer to be believed', { skip }, async (t) => {
  const cert = readFileSync(file('cert.pem'));
  const server = tls.createServer({ key: readFileSync(file('key.pem')), cert }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (query) => socket.write(query));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const at = server.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  const own = tls.createSecureContext({ ca: cert });
  const others = tls.createSecureContext();
  for (const [name, trust, said] of [
    ['dns.example', own, /: ok: \d+ ms$/],
    [
      'other.example',
      own,
      /: failed: ERR_TLS_CERT_ALTNAME_INVALID: it is for DNS:dns\.example, IP Address:127\.0\.0\.1$/,
    ],
    ['dns.example', others, /: failed: DEPTH_ZERO_SELF_SIGNED_CERT$/],
  ] as const) {
    writeFileSync(
      file('vlandns.yaml'),
      `vlans: { a: { interface: em0, policy: p } }\npolicies: { p: {} }\nupstreams: { default: ['tls://127.0.0.1:${port}#${name}'] }\n`,
    );
    const text = await tryUpstreams(parseConfig(file('vlandns.yaml')), () => trust);
    t.match(text.trimEnd(), said, name);
    t.ok(text.startsWith(`tls://127.0.0.1:${port}#${name}: `), name);
  }
});
