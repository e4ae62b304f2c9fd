#!/usr/bin/env bash
# Preact 11's types refuse an <input> whose type is one of several.
#
# Software:  preact 11.2.0 and 10.29.8 (npm), typescript 6.0.3.
# Guess:     `<input type={kind} />` compiles where `kind` is 'text' | 'password', since it does with each of them, as with Preact 10.
# Seen:      since 11 the attributes of an input are a union with a member for each kind or group of kinds; a value of a union type fits
#            no member of it, and the error is about `type`. `as string`, or a branch for each kind, compiles.
# Matters:   a field component that takes its kind as a property no longer compiles after the upgrade, and the message names neither the
#            union nor a cure.
# Seen on:   2026-12-01, Node 20. Output seen:
#   preact 10, either kind: compiles
#   preact 11, text:        compiles
#   preact 11, password:    compiles
#   preact 11, either kind: TS2322
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
write() { printf 'export const Field = ({ kind }: { kind: %s }) => <input type={kind} value="" />;\n' "$1" > field.tsx; }
compile() {
  if npx tsc --noEmit --jsx react-jsx --jsxImportSource preact --module preserve --moduleResolution bundler --strict \
    --target es2022 field.tsx > out 2>&1; then echo compiles; else grep -o -m 1 'TS[0-9]*' out; fi
}
echo '{"type":"module"}' > package.json
npm install --no-fund --no-audit --ignore-scripts --loglevel=error preact@10.29.8 typescript@6.0.3 >/dev/null
write "'text' | 'password'"
ten=$(compile)
npm install --no-fund --no-audit --ignore-scripts --loglevel=error preact@11.2.0 >/dev/null
write "'text'"
text=$(compile)
write "'password'"
password=$(compile)
write "'text' | 'password'"
either=$(compile)
got=$(
  printf 'preact 10, either kind: %s\n' "$ten"
  printf 'preact 11, text:        %s\n' "$text"
  printf 'preact 11, password:    %s\n' "$password"
  printf 'preact 11, either kind: %s\n' "$either"
)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
