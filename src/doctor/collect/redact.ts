// Takes secrets out of what is collected: captures are sent around.

// hostname.if(5): keys of wireless and WireGuard, passwords of carp(4) and pppoe(4). Elsewhere `pass` is a rule of pf(4).
const HOSTNAME_IF = /\b(nwkey|wpakey|wgkey|wgpsk|authkey|pass)(\s+)("[^"]*"|\S+)/g;
// `qm config`, RouterOS, dnsmasq, and whatever else has them as key and value.
const ASSIGNED =
  /\b(cipassword|sshkeys|password|passphrase|secret|pre-shared-key|private-key)([=:]\s*)("[^"]*"|[^\s,]+)/g;

/** Gives the text of a source with secrets replaced. */
export function redact(name: string, text: string): string {
  const assigned = text.replace(ASSIGNED, '$1$2(removed)');
  return name.startsWith('hostname') ? assigned.replace(HOSTNAME_IF, '$1$2(removed)') : assigned;
}
