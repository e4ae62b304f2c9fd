#!/usr/bin/env bash
# The zone file readers of npm give other records than were written, without an error: owners, TTLs and whole records change or go.
#
# Software:  zone-file 1.0.0, @fungible-systems/zone-file 2.0.0 (its successor, the same throughout), dns-zonefile 0.3.2, Node 20.
# Guess:     what RFC 1035 section 5.1 writes (a blank owner means the last one, TTL before or after the class, any case) and what
#            RFC 2308 and BIND add ($TTL, `1h30m`) is read as meant, or refused.
# Seen:      zone-file: a blank owner gives a record of the name `IN`; text ends at a semicolon between quotes; `1h30m` is 1 second.
#            dns-zonefile: a record with `1d`, with the TTL behind the class or in lower case is left out. All: names under a second
#            $ORIGIN are given with the last $ORIGIN for both, types not known (HTTPS, TYPE65) are left out.
# Matters:   a zone, or an RPZ list, that BIND takes loses rules on its way through them, and nobody is told.
# Seen on:   2026-11-30. Output seen (names and addresses or texts that each gives):
#   blank owner: zone-file a=192.0.2.1 IN=192.0.2.2; dns-zonefile a=192.0.2.1 a=192.0.2.2
#   semicolon in quotes: zone-file a=v=1; dns-zonefile a="v=1; k=2"
#   $TTL 1h30m: zone-file $ttl=1 a=192.0.2.1; dns-zonefile $ttl=1h30m a=192.0.2.1
#   TTL in days: zone-file a=192.0.2.1; dns-zonefile
#   class before TTL: zone-file a=192.0.2.1; dns-zonefile
#   lower case: zone-file a=192.0.2.1; dns-zonefile
#   second $ORIGIN: zone-file $origin=two.example. a=192.0.2.1 b=192.0.2.2; dns-zonefile $origin=two.example. a=192.0.2.1 b=192.0.2.2
#   HTTPS: zone-file; dns-zonefile
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts \
  zone-file@1.0.0 @fungible-systems/zone-file@2.0.0 dns-zonefile@0.3.2 >/dev/null 2>&1
cat > finding.mjs <<'JS'
import dnsZonefile from 'dns-zonefile';
import { parseZoneFile as successor } from '@fungible-systems/zone-file';
import zoneFile from 'zone-file';

const zones = {
  'blank owner': 'a IN A 192.0.2.1\n  IN A 192.0.2.2\n',
  'semicolon in quotes': 'a IN TXT "v=1; k=2"\n',
  '$TTL 1h30m': '$TTL 1h30m\na IN A 192.0.2.1\n',
  'TTL in days': 'a 1d IN A 192.0.2.1\n',
  'class before TTL': 'a IN 60 A 192.0.2.1\n',
  'lower case': 'a in a 192.0.2.1\n',
  'second $ORIGIN': '$ORIGIN one.example.\na IN A 192.0.2.1\n$ORIGIN two.example.\nb IN A 192.0.2.2\n',
  HTTPS: 'a IN HTTPS 1 . alpn=h2\n',
};

/** Writes a zone as it was read in one line. */
function told(zone) {
  const settings = ['$ttl', '$origin'].filter((key) => zone[key] !== undefined).map((key) => `${key}=${zone[key]}`);
  const records = ['a', 'txt'].flatMap((type) => zone[type] ?? []).map((record) => `${record.name}=${record.ip ?? record.txt}`);
  return [...settings, ...records].map((word) => ` ${word}`).join('');
}
for (const [title, text] of Object.entries(zones)) {
  const first = told(zoneFile.parseZoneFile(text));
  if (told(successor(text)) !== first) throw new Error(`the successor differs: ${title}`);
  console.log(`${title}: zone-file${first}; dns-zonefile${told(dnsZonefile.parse(text))}`);
}
JS
got=$(node finding.mjs)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
