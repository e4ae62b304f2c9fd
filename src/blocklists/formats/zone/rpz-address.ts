// How policy zones write addresses in owners (draft-vixie-dnsop-dns-rpz, "IP Address Encoding In Triggers").

/** `24.0.2.0.192` is 192.0.2.0/24 and `32.zz.db8.2001` is 2001:db8::/32; undefined for what is neither. */
export function rpzAddress(text: string): string | undefined {
  const [length = '', ...backwards] = text.split('.');
  const parts = backwards.toReversed();
  if (!/^\d{1,3}$/.test(length) || parts.length === 0) return undefined;
  const isIPv4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part)) && Number(length) <= 32;
  if (isIPv4) return `${parts.map(Number).join('.')}/${length}`;
  if (!parts.every((part) => /^(zz|[0-9a-f]{1,4})$/.test(part))) return undefined;
  const groups = parts.map((part) => (part === 'zz' ? '' : part)).join(':');
  // A gap at either end is written with two colons.
  const open = parts[0] === 'zz' ? ':' : '';
  const closed = parts.at(-1) === 'zz' ? ':' : '';
  return `${open}${groups}${closed}/${length}`;
}
