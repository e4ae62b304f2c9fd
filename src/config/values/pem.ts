// Certificates in a text file: the blocks between the marker lines of PEM (RFC 7468). Text around them, such as the names in
// some bundles, is skipped.

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates of a PEM text, each by itself. */
export function certificatesIn(text: string): string[] {
  return text.match(CERTIFICATE) ?? [];
}
