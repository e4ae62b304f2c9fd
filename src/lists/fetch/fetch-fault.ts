// What goes wrong on the way to a list, said in sentences for an operator.

import { toPrintable } from '../../system/printable.ts';

/** Trouble to be expected with networks, servers and disks; its message is a sentence without a full stop. */
export class FetchFault extends Error {
  /** The message is made printable: it may hold what a server wrote. */
  constructor(message: string, options?: ErrorOptions) {
    super(toPrintable(message), options);
  }
}

/** Puts an error of the network, TLS, HTTP or decompression into words; undefined where it is none of them but a bug. */
export function toNetworkFault(error: unknown, host: string): FetchFault | undefined {
  if (error instanceof FetchFault) return error;
  const code = codeOf(error);
  if (!(error instanceof Error) || code === undefined) return undefined;
  return new FetchFault(describe(code, error.message, host), { cause: error });
}

/** Puts an error of the file system, met in a folder, into words; undefined where it is something else. */
export function toDiskFault(error: unknown, folder: string): FetchFault | undefined {
  const code = codeOf(error);
  if (!(error instanceof Error) || code === undefined) return undefined;
  switch (code) {
    case 'ENOSPC':
      return new FetchFault(`the disk of ${folder} is full`, { cause: error });
    case 'EDQUOT':
      return new FetchFault(`the quota for ${folder} is used up`, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new FetchFault(`${folder} may not be written to (${code})`, { cause: error });
    default:
      return new FetchFault(`${folder} cannot be written to: ${error.message}`, { cause: error });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const UNKNOWN_CA =
  'shows a certificate of a CA that is not trusted here; if it is meant, name its file in server.ca';

/** Sentences by code; the host comes first. */
const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'closed the connection before the end',
  ERR_STREAM_PREMATURE_CLOSE: 'closed the connection before the end',
  EPIPE: 'closed the connection before the end',
  ETIMEDOUT: 'does not answer',
  EHOSTUNREACH: 'cannot be reached: no route to it',
  ENETUNREACH: 'cannot be reached: no route to its network',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired, or the clock here is wrong',
  CERT_NOT_YET_VALID: 'shows a certificate that is not valid yet, or the clock here is wrong',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that it signed itself',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  Z_BUF_ERROR: 'sent compressed text that ends in the middle',
};

/** The part of OpenSSL's message that people understand. */
const OPENSSL_REASON = /SSL routines:[^:]*:([^:]+)/;

function describe(code: string, message: string, host: string): string {
  const known = BY_CODE[code];
  if (known !== undefined) return `${host} ${known}`;
  if (code.startsWith('HPE_')) return `${host} does not speak HTTP properly: ${message}`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return `${host} does not speak TLS properly: ${OPENSSL_REASON.exec(message)?.[1] ?? code}`;
  // Z_: zlib. ERR__ERROR_, ERR_ZSTD: Node's codes for brotli and zstd.
  if (/^(?:Z_|ERR__ERROR_|ERR_ZSTD|ZSTD_)/.test(code))
    return `${host} sent compressed text that is damaged (${code})`;
  // A failure of several addresses at once has no message of its own.
  return `${host} cannot be fetched from: ${message === '' ? code : message}`;
}
