// The trusted certificate authorities, for lists over https and upstreams over TLS: those of Node, of the system's store, and
// of `server.ca`. They are read at start, and again at a reload.
import { X509Certificate } from 'node:crypto';
import { closeSync, readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { SecureContext } from 'node:tls';
import { reasonOf } from '../system/system-error.ts';
import type { Config } from '../config/config.ts';
import { certificatesIn } from '../config/values/pem.ts';
import type { Log } from '../log/log.ts';
import { openRegularSync } from '../system/regular-file.ts';

/** Where systems keep their certificates; the first file that holds any is used. */
const SYSTEM_BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Alpine, Arch
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // Fedora, Red Hat
  '/etc/pki/tls/certs/ca-bundle.crt', // older ones
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem', // OpenBSD, FreeBSD, macOS, Alpine
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD's package
];

/** What trust is read with. */
export interface TrustParts {
  readonly log: Log;
  /** Default: SYSTEM_BUNDLES. */
  readonly bundles?: readonly string[];
  /** The file of Node's variable NODE_EXTRA_CA_CERTS, if set; `server.ca` is our key for that. Default: the process's. */
  readonly extra?: string | undefined;
}

/** The certificates that are believed, as one value. */
export class Trust {
  readonly certificates: readonly string[];
  #context: SecureContext | undefined;

  constructor(certificates: readonly string[]) {
    this.certificates = certificates;
  }

  /** The context for all connections. */
  context(): SecureContext {
    this.#context ??= toContext(this.certificates);
    return this.#context;
  }
}

/**
 * Reads what a configuration trusts; gives what is trusted already where that is the same. Where the configuration needs it at
 * once, the 50 ms that 150 certificates cost are spent here, before anything is served or changed, and never on the way of a query.
 */
export function readTrust(
  { server, upstreams, lists }: Pick<Config, 'server' | 'upstreams' | 'lists'>,
  { log, bundles = SYSTEM_BUNDLES, extra = process.env['NODE_EXTRA_CA_CERTS'] }: TrustParts,
  before?: Trust,
): Trust {
  const files = [...(extra === undefined || extra === '' ? [] : [extra]), ...server.ca];
  const certificates = [
    ...tls.rootCertificates,
    ...systemCertificates(bundles),
    ...files.flatMap((file) => certificatesIn(textOf(file, (reason) => tell(log, file, reason)) ?? '')),
  ];
  const isSame = before !== undefined && isDeepStrictEqual(before.certificates, certificates);
  const trust = isSame ? before : new Trust(certificates);
  const isNeeded =
    upstreams.some(({ servers }) => servers.some(({ kind }) => kind === 'tls')) ||
    lists.some(({ sources }) => sources.some(({ kind }) => kind === 'url'));
  if (isNeeded) trust.context();
  return trust;
}

function systemCertificates(bundles: readonly string[]): readonly string[] {
  const fromNode = nodesSystemCertificates();
  for (const file of bundles) {
    const found = certificatesIn(textOf(file) ?? '');
    if (found.length > 0) return [...fromNode, ...found];
  }
  return fromNode;
}

function tell(log: Log, file: string, reason: string): void {
  log.warn(
    { event: 'certificates_unreadable', file, reason },
    'a file of certificates cannot be read, and what it holds is not trusted',
  );
}

/** The system's certificates as Node finds them, since 22.15; its OpenSSL may look at a folder that this system lacks. */
function nodesSystemCertificates(): readonly string[] {
  if (!('getCACertificates' in tls) || typeof tls.getCACertificates !== 'function') return [];
  const found: unknown = tls.getCACertificates('system');
  return Array.isArray(found) ? found.filter((pem) => typeof pem === 'string') : [];
}

function textOf(file: string, failed?: (reason: string) => void): string | undefined {
  try {
    return readRegular(file);
  } catch (error) {
    failed?.(reasonOf(error));
    return undefined;
  }
}

/** Reads a regular file; reading a pipe would never end. */
function readRegular(file: string): string {
  const descriptor = openRegularSync(file);
  try {
    return readFileSync(descriptor, 'latin1');
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a context; a certificate that OpenSSL cannot read must not cost the others. */
function toContext(certificates: readonly string[]): SecureContext {
  const unlike = new Map(certificates.map((pem) => [pem.replaceAll(/\s/g, ''), pem]));
  const ca = [...unlike.values()];
  try {
    return tls.createSecureContext({ ca });
  } catch {
    return tls.createSecureContext({ ca: ca.filter(isReadable) });
  }
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false; // a damaged one of the system's: nobody here can mend it
  }
}
