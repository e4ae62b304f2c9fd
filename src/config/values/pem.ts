// Certificates in a text file: what stands between the lines that PEM (RFC 7468) marks them with. Text around them, such as the
// names that some bundles have, is skipped.

const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** The certificates of a PEM text, each by itself. */
export function certificatesIn(text: string): string[] {
  return text.match(CERTIFICATE) ?? [];
}
