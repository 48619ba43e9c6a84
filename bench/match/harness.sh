#!/usr/bin/env bash
# The public harness on our engine and on geseq/cpp-orderbook by turns: see README.md.
# bench/match/harness.sh HARNESS [RUNS] [MATCHER,DRAINER]     SEEDS="1 2": other seeds too
set -euo pipefail
harness=$(realpath "${1:?where is the harness built?}")
runs=${2:-5}
cores=${3:-2,3}
root=$(realpath "$(dirname "$0")/../..")
ours=${ENGINE:-$root/build/release/bench/libwirebook_engine.so}
theirs=${OTHER:-$harness/cpp_orderbook_adapter.so}
scenarios=${SCENARIOS:-static normal swing-25 swing-40 flash-crash}
cd "$harness"

run() { # ENGINE SCENARIO ARGUMENT...
  local engine=$1 scenario=$2
  shift 2
  ./harness --engine "$engine" --scenario "$scenario" --matcher-core "${cores%,*}" \
    --drainer-core "${cores#*,}" "$@" 2>&1 || true  # an exit code says what the verdict says
}
speed() { # ENGINE SCENARIO
  run "$1" "$2" --mode perf | awk '/Throughput/ {speed = $2} /Verdict/ {verdict = $2}
    END {print (verdict == "VALID" ? speed : "INVALID")}'
}
median() { printf '%s\n' "$@" | sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

printf '%-12s %10s %10s %8s  %s\n' scenario ours theirs ratio 'M messages/s, medians; audit'
for scenario in $scenarios; do
  a=() b=() r=()
  for ((i = 0; i < runs; ++i)); do
    a+=("$(speed "$ours" "$scenario")")
    b+=("$(speed "$theirs" "$scenario")")
    r+=("$(awk "BEGIN {print ${a[-1]} / ${b[-1]}}" 2>/dev/null || echo INVALID)")
  done
  audit=$(run "$ours" "$scenario" --mode audit | awk '/Verdict/ {print $2}')
  printf '%-12s %10s %10s %8s  %s\n' "$scenario" "$(median "${a[@]}")" "$(median "${b[@]}")" \
    "$(median "${r[@]}")" "$audit"
done
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
for seed in ${SEEDS:-}; do
  for scenario in $scenarios; do
    for engine in "$ours" "$theirs"; do
      run "$engine" "$scenario" --seed "$seed" --count "${COUNT:-200000}" \
        --write-canonical-output "$reports/$(basename "$engine")" >/dev/null
    done
    cmp -s "$reports/$(basename "$ours")" "$reports/$(basename "$theirs")" && same=same || same=DIFFERENT
    echo "seed $seed $scenario: $(wc -l <"$reports/$(basename "$ours")") reports, $same"
  done
done
