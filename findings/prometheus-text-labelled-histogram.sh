#!/usr/bin/env bash
# parse-prometheus-text-format keeps one series of a histogram or summary with labels, the last one, without its labels.
#
# Software:  parse-prometheus-text-format 1.1.1 (npm), Node 20.
# Guess:     each set of labels is a series of its own, as a gauge with labels is read.
# Seen:      a histogram with {zone="a"} and {zone="b"} becomes one with b's counts and no label, sum and count are gone; a summary
#            the same with its quantiles. No error.
# Matters:   tests of a server's metrics that read them with it look at the last policy, or upstream, only, and pass.
# Seen on:   2026-11-30. Output seen:
#   gauge: [{"value":"1","labels":{"zone":"a"}},{"value":"2","labels":{"zone":"b"}}]
#   histogram: [{"buckets":{"1":"5","+Inf":"6"}}]
#   summary: [{"quantiles":{"0.5":"7"}}]
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seen=$(sed -n '/Output seen:/,/^set/s/^#   //p' "$0")
cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts parse-prometheus-text-format@1.1.1 >/dev/null 2>&1
cat > finding.mjs <<'JS'
import { createRequire } from 'node:module';
const parse = createRequire(import.meta.url)('parse-prometheus-text-format');

const series = (zone, low, all) => `m_bucket{zone="${zone}",le="1"} ${low}
m_bucket{zone="${zone}",le="+Inf"} ${all}
m_sum{zone="${zone}"} 9
m_count{zone="${zone}"} ${all}
`;
const quantiles = (zone, value) => `m{zone="${zone}",quantile="0.5"} ${value}
m_sum{zone="${zone}"} 9
m_count{zone="${zone}"} 2
`;
const texts = {
  gauge: '# TYPE m gauge\nm{zone="a"} 1\nm{zone="b"} 2\n',
  histogram: `# TYPE m histogram\n${series('a', 1, 2)}${series('b', 5, 6)}`,
  summary: `# TYPE m summary\n${quantiles('a', 3)}${quantiles('b', 7)}`,
};
for (const [title, text] of Object.entries(texts)) {
  console.log(`${title}: ${JSON.stringify(parse(text)[0].metrics)}`);
}
JS
got=$(node finding.mjs)
printf '%s\n' "$got"
[ "$got" = "$seen" ]
