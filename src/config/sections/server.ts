// Settings that only some systems have, and the operator's own certificates.

import { closeSync, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { openRegularSync } from '../../system/regular-file.ts';
import { certificatesIn } from '../values/pem.ts';
import { reasonOf } from '../../system/system-error.ts';
import type { FaultLog } from '../config-error.ts';
import type { Draft } from '../definition.ts';

/** Reports server.pledge where the system has no pledge(2); `platform` is where the file is read. */
export function reportPledge(
  { pledge, written }: Pick<Draft['server'], 'pledge' | 'written'>,
  faults: FaultLog,
  platform: NodeJS.Platform = process.platform,
): void {
  if (!pledge || platform === 'openbsd') return;
  faults.error(
    written.keys.pledge ?? written.at,
    'server.pledge',
    `pledge(2) and unveil(2) are calls of OpenBSD, and this is ${platform}; take it out`,
  );
}

/** Gives the files of server.ca as absolute paths; each must hold certificates that can be read. */
export function finishCa(written: Draft['server']['ca'], folder: string, faults: FaultLog): string[] {
  return written.map(({ value, at, setting }) => {
    const file = resolve(folder, value);
    const fault = faultOfCertificates(file);
    if (fault !== undefined) faults.error(at, setting, fault);
    return file;
  });
}

function faultOfCertificates(file: string): string | undefined {
  let octets: Buffer;
  try {
    octets = readRegular(file);
  } catch (error) {
    return `${file} cannot be read (${reasonOf(error)}); write the path of a file with certificates in PEM form`;
  }
  const found = certificatesIn(octets.toString('latin1'));
  if (found.length === 0) {
    const isDer = octets[0] === 0x30;
    const cure = isDer
      ? `it seems to be DER: openssl x509 -inform der -in ${file} -out ${file}.pem makes one that can be used`
      : 'write the path of one with lines "-----BEGIN CERTIFICATE-----"';
    return `${file} holds no certificate in PEM form; ${cure}`;
  }
  const broken = found.findIndex((pem) => !isCertificate(pem));
  if (broken < 0) return undefined;
  return `certificate ${broken + 1} of ${file} cannot be read; take it out, or copy it anew`;
}

/** Reads a regular file; reading a pipe would never end. */
function readRegular(file: string): Buffer {
  const descriptor = openRegularSync(file);
  try {
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false; // OpenSSL says why in words of its own that help nobody
  }
}
