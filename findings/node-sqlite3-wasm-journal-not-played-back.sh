#!/usr/bin/env bash
# node-sqlite3-wasm never plays a rollback journal back: after a kill in the middle of a transaction, half of it stays.
#
# Software:  node-sqlite3-wasm 0.8.60 (npm, WebAssembly of SQLite 3.53), Python's sqlite3 module beside it (SQLite of the machine).
# Guess:     a process that is killed within a transaction leaves a journal, and the next one that opens the file undoes what was begun
#            (sqlite.org/atomiccommit.html, section 4.2): the file is as it was at the last commit.
# Seen:      the next process of the same package reads rows of the transaction that was never committed; another SQLite, put to a copy of
#            the same two files, rolls them back. The package takes its own lock, a folder FILE.lock, for that of a living writer, and a
#            journal beside a living writer is not played back; the folder also outlives the kill.
# Matters:   a log that is written in batches has parts of a batch, and may be damaged, after a crash or a power cut: play the journal
#            back before opening, or write whole files.
# Seen on:   2026-12-01, Node 20. Output seen:
#   committed: 1000
#   a lock is left behind: yes
#   read again by node-sqlite3-wasm: more than committed
#   read again by sqlite3: 1000
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
echo '{}' > package.json
npm install --no-fund --no-audit --ignore-scripts --loglevel=error node-sqlite3-wasm@0.8.60 >/dev/null
cat > write.cjs <<'JS'
// Commits 1,000 rows, then writes many more within one transaction, more than its cache holds, and kills itself before the commit.
const { Database } = require('node-sqlite3-wasm');
const database = new Database('log.db');
database.exec('PRAGMA cache_size = 10; CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)');
const insert = (count) => {
  for (let i = 0; i < count; i++) database.run('INSERT INTO row (text) VALUES (?)', ['x'.repeat(200)]);
};
database.exec('BEGIN');
insert(1000);
database.exec('COMMIT');
console.log(`committed: ${database.get('SELECT count(*) AS n FROM row').n}`);
database.exec('BEGIN');
insert(20000);
process.kill(process.pid, 'SIGKILL');
setInterval(() => undefined, 1000);
JS
cat > read.cjs <<'JS'
const { rmSync } = require('node:fs');
const { Database } = require('node-sqlite3-wasm');
rmSync('log.db.lock', { recursive: true, force: true });
const database = new Database('log.db');
const { n } = database.get('SELECT count(*) AS n FROM row');
console.log(`read again by node-sqlite3-wasm: ${n > 1000 ? 'more than committed' : n}`);
JS
got=$(
  node write.cjs || true
  printf 'a lock is left behind: %s\n' "$([ -d log.db.lock ] && echo yes || echo no)"
  mkdir copy
  cp log.db log.db-journal copy/
  node read.cjs
  cd copy
  python3 -c 'import sqlite3; print("read again by sqlite3:", sqlite3.connect("log.db").execute("SELECT count(*) FROM row").fetchone()[0])'
)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
