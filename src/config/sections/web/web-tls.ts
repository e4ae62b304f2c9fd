// The certificate and the private key of the web server: both or none, and they belong together.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { FaultLog } from '../../config-error.ts';
import type { DraftWeb } from '../../keys/web.ts';
import { certificatesIn } from '../../values/pem.ts';
import { readSmallFile, whyUnreadable } from '../files.ts';
import type { WebAround } from './web-around.ts';

/** More than any chain of certificates has. */
const MOST_OCTETS = 1024 * 1024;

/** The files as absolute paths; undefined without TLS. */
export function finishTls(
  { certificate, key, written }: Pick<DraftWeb, 'certificate' | 'key' | 'written'>,
  { folder, mayLackFiles, nowMs }: Pick<WebAround, 'folder' | 'mayLackFiles' | 'nowMs'>,
  faults: FaultLog,
): { readonly certificate: string; readonly key: string } | undefined {
  // Where a key is written and faulty, that is reported already.
  if (certificate !== undefined && key === undefined && written.keys.key === undefined)
    faults.error(
      certificate.at,
      'web.certificate',
      'has no key; write key: with the path of its private key',
    );
  if (key !== undefined && certificate === undefined && written.keys.certificate === undefined)
    faults.error(
      key.at,
      'web.key',
      'has no certificate; write certificate: with the path of its certificate',
    );
  if (certificate === undefined || key === undefined) return undefined;
  const files = { certificate: resolve(folder, certificate.value), key: resolve(folder, key.value) };
  const report = (setting: 'certificate' | 'key', fault: string): void => {
    const { at } = setting === 'certificate' ? certificate : key;
    faults[mayLackFiles ? 'warn' : 'error'](at, `web.${setting}`, `${files[setting]} ${fault}`);
  };
  const ended = reportPair(files, report, nowMs);
  if (ended !== undefined) faults.warn(certificate.at, 'web.certificate', `${files.certificate} ${ended}`);
  return files;
}

/** Reports what is wrong with the two files; gives what is wrong with the certificate's time. */
function reportPair(
  files: { readonly certificate: string; readonly key: string },
  report: (setting: 'certificate' | 'key', fault: string) => void,
  nowMs: number,
): string | undefined {
  const own = readPart(files.certificate, firstCertificate);
  const secret = readPart(files.key, createPrivateKey);
  if ('fault' in secret)
    report(
      'key',
      `${secret.fault}; write the path of a file with a private key in PEM form and without a passphrase`,
    );
  if ('fault' in own) {
    report('certificate', `${own.fault}; write the path of a file with a certificate in PEM form`);
    return undefined;
  }
  if (!('fault' in secret) && !own.value.checkPrivateKey(secret.value))
    report('key', `is not the key of ${files.certificate}; write the paths of two that belong together`);
  const { validTo } = own.value;
  return Date.parse(validTo) <= nowMs ? `ended on ${validTo}, and browsers will warn; renew it` : undefined;
}

function readPart<Part>(
  file: string,
  read: (octets: Buffer) => Part,
): { readonly value: Part } | { readonly fault: string } {
  let octets: Buffer;
  try {
    octets = readSmallFile(file, MOST_OCTETS);
  } catch (error) {
    return { fault: `cannot be read (${whyUnreadable(error)})` };
  }
  try {
    return { value: read(octets) };
  } catch {
    // OpenSSL says why in words of its own that help nobody.
    return { fault: 'holds none that can be used' };
  }
}

function firstCertificate(octets: Buffer): X509Certificate {
  return new X509Certificate(certificatesIn(octets.toString('latin1'))[0] ?? '');
}
