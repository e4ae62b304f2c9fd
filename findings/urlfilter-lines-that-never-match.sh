#!/usr/bin/env bash
# AdGuard's DNS engine takes hosts lines and bare names with a capital or a dot at the end, and never matches them.
#
# Software:  github.com/AdguardTeam/urlfilter v0.23.4 (the engine of AdGuard Home 0.107.79), Go 1.24 or later.
# Guess:     names are compared without regard to case (RFC 4343), and a dot at the end says that a name is whole (RFC 1034
#            section 3.1); `||Ads.Example^` does match, so a hosts line would, too.
# Seen:      `0.0.0.0 Ads.Example`, `Ads.Example`, `0.0.0.0 ads.example.`, `ads.example.` and a comment without a blank before it
#            are rules of no effect and no error. A rule without `^` goes on to the right: `||ads.example` blocks ads.example.org.
# Matters:   the same list blocks less there than in hosts(5), dnsmasq or unbound; a list is to be lower-cased before it is compared.
# Seen on:   2026-11-30. Output seen:
#   0.0.0.0 ads.example|ads.example|true
#   0.0.0.0 Ads.Example|ads.example|false
#   Ads.Example|ads.example|false
#   ||Ads.Example^|ads.example|true
#   0.0.0.0 ads.example.|ads.example|false
#   ads.example.|ads.example|false
#   0.0.0.0 ads.example#why|ads.example|false
#   ||ads.example|ads.example.org|true
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
cat > main.go <<'GO'
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/AdguardTeam/urlfilter"
	"github.com/AdguardTeam/urlfilter/filterlist"
)

// Reads `rule|name|…` and says whether a list of that one rule matches the name.
func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(strings.Replace(lines.Text(), "||", "\x00", 1), "|")
		rule := strings.Replace(fields[0], "\x00", "||", 1)
		list := filterlist.NewString(&filterlist.StringConfig{ID: 1, RulesText: rule})
		storage, err := filterlist.NewRuleStorage([]filterlist.Interface{list})
		if err != nil {
			panic(err)
		}
		_, matched := urlfilter.NewDNSEngine(storage).Match(fields[1])
		fmt.Printf("%s|%s|%v\n", rule, fields[1], matched)
	}
}
GO
export GOPATH=$work/go GOCACHE=$work/cache GOFLAGS=-mod=mod
go mod init finding >/dev/null 2>&1
go get github.com/AdguardTeam/urlfilter@v0.23.4 >/dev/null 2>&1
got=$(printf '%s\n' "$seen" | go run .)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
