// Whose certificates are believed, for lists over https and upstreams over TLS: those that Node brings, those of the system's
// own store, and those of `server.ca`. They are read at start, and again at a reload.
import { X509Certificate } from 'node:crypto';
import { closeSync, readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import type { SecureContext } from 'node:tls';
import { reasonOf } from '../config/config-error.ts';
import type { Config } from '../config/config.ts';
import { certificatesIn } from '../config/values/pem.ts';
import type { Log } from '../log/log.ts';
import { openRegularSync } from '../system/regular-file.ts';

/** Where systems keep theirs; the first that holds any is the one. */
const SYSTEM_BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Alpine, Arch
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // Fedora, Red Hat
  '/etc/pki/tls/certs/ca-bundle.crt', // older ones
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem', // OpenBSD, FreeBSD, macOS, Alpine
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD's package
];

/** What trust is made of. */
export interface TrustParts {
  readonly log: Log;
  /** Default: where systems keep theirs. */
  readonly bundles?: readonly string[];
  /** What Node's own variable NODE_EXTRA_CA_CERTS names, for who set it; `server.ca` is the key for it. Default: the process's. */
  readonly extra?: string | undefined;
}

/** The certificates that are believed. */
export class Trust {
  readonly #log: Log;
  readonly #bundles: readonly string[];
  readonly #extra: readonly string[];
  #certificates: readonly string[] = [];
  #context: SecureContext | undefined;

  constructor({ log, bundles = SYSTEM_BUNDLES, extra = process.env['NODE_EXTRA_CA_CERTS'] }: TrustParts) {
    this.#log = log;
    this.#extra = extra === undefined || extra === '' ? [] : [extra];
    this.#bundles = bundles;
  }

  /**
   * Reads what a configuration trusts, for connections from now on. Where it needs that at once, the 50 ms that 150
   * certificates cost are spent here, before anything is served or after a change, and never on the way of a query.
   */
  use({ server, upstreams, lists }: Pick<Config, 'server' | 'upstreams' | 'lists'>): void {
    const certificates = [
      ...tls.rootCertificates,
      ...this.#systemCertificates(),
      ...this.#ownCertificates([...this.#extra, ...server.ca]),
    ];
    const isNew =
      certificates.length !== this.#certificates.length ||
      certificates.some((pem, i) => pem !== this.#certificates[i]);
    this.#certificates = certificates;
    if (isNew) this.#context = undefined;
    const isNeeded =
      upstreams.some(({ servers }) => servers.some(({ kind }) => kind === 'tls')) ||
      lists.some(({ sources }) => sources.some(({ kind }) => kind === 'url'));
    if (isNeeded) this.context();
  }

  /** For all connections. */
  context(): SecureContext {
    this.#context ??= toContext(this.#certificates);
    return this.#context;
  }

  #systemCertificates(): readonly string[] {
    const fromNode = nodesSystemCertificates();
    for (const file of this.#bundles) {
      const found = certificatesIn(textOf(file) ?? '');
      if (found.length > 0) return [...fromNode, ...found];
    }
    return fromNode;
  }

  #ownCertificates(files: readonly string[]): readonly string[] {
    return files.flatMap((file) => certificatesIn(textOf(file, (reason) => this.#tell(file, reason)) ?? ''));
  }

  #tell(file: string, reason: string): void {
    this.#log.warn(
      { event: 'certificates_unreadable', file, reason },
      'a file of certificates cannot be read, and what it holds is not trusted',
    );
  }
}

/** What Node finds by itself, since 22.15; its OpenSSL may look at a folder that this system does not have. */
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

/** A pipe would never end. */
function readRegular(file: string): string {
  const descriptor = openRegularSync(file);
  try {
    return readFileSync(descriptor, 'latin1');
  } finally {
    closeSync(descriptor);
  }
}

/** One that OpenSSL cannot read must not cost all the others. */
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
