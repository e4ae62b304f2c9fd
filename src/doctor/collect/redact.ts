// Takes secrets out of what is collected: captures are sent around.

const SECRETS: readonly RegExp[] = [
  // hostname.if(5): nwkey, wpakey, wgkey, wgpsk; carp(4) and pppoe(4) keys and passwords
  /\b(nwkey|wpakey|wgkey|wgpsk|authkey|pass|passphrase)(\s+)("[^"]*"|\S+)/g,
  // qm config, RouterOS, dnsmasq
  /\b(cipassword|sshkeys|password|secret|key|pre-shared-key|private-key)([=:]\s*)("[^"]*"|[^\s,]+)/g,
];

/** Gives the text with secrets replaced. */
export function redact(text: string): string {
  return SECRETS.reduce((cleaned, pattern) => cleaned.replace(pattern, '$1$2(removed)'), text);
}
