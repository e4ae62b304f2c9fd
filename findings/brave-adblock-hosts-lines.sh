#!/usr/bin/env bash
# Brave's ad block engine reads hosts lines as rules for whole trees, takes `www.` off first, and leaves out lines with two names.
#
# Software:  adblock 0.6.0 (PyPI, the Rust engine `adblock` of the Brave browser with its `hosts` format), Python 3.
# Guess:     a hosts line stands for the names that it holds, each of them, and for nothing below or above (hosts(5)).
# Seen:      `0.0.0.0 ads.example` blocks x.ads.example; `0.0.0.0 www.ads.example` blocks ads.example and all below it; of
#            `0.0.0.0 a.example b.example` and of a name with a dot at the end nothing is blocked, and nothing is said.
# Matters:   one hosts list blocks more there than in dnsmasq, unbound or hosts(5), and less where names share a line: compare no
#            counts with it, and do not write `www.` names to spare the rest of a site.
# Seen on:   2026-11-30. Output seen (what each line blocks, of seven names):
#   0.0.0.0 ads.example: ads.example x.ads.example www.ads.example shop.ads.example
#   0.0.0.0 www.ads.example: ads.example x.ads.example www.ads.example shop.ads.example
#   0.0.0.0 www.shop.ads.example: shop.ads.example
#   0.0.0.0 a.example b.example: nothing
#   0.0.0.0 ads.example.: nothing
#   ads.example: ads.example x.ads.example www.ads.example shop.ads.example
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen/,/^set/s/^#   //p' "$0")
cd "$work"
python3 -m pip install --quiet --no-deps --target lib adblock==0.6.0 >/dev/null 2>&1
cat > finding.py <<'PY'
import sys
import adblock

NAMES = ["example", "ads.example", "x.ads.example", "www.ads.example", "shop.ads.example", "a.example", "b.example"]
for line in sys.stdin.read().splitlines():
    rules = adblock.FilterSet()
    rules.add_filter_list(line + "\n", format="hosts")
    engine = adblock.Engine(rules)
    blocked = [n for n in NAMES if engine.check_network_urls(f"https://{n}/", "https://site.test/", "script").matched]
    print(f"{line}: {' '.join(blocked) or 'nothing'}")
PY
got=$(printf '%s\n' "$seen" | sed 's/: .*//' | PYTHONPATH=lib python3 finding.py)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
