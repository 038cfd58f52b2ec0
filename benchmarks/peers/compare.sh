#!/usr/bin/env bash
# `hbone forward` + `hbone serve` beside other tunnels and a bare relay, in one run and one table.
#
#   benchmarks/peers/compare.sh [--pairs N] [--seconds S] [--streams "1 4"]
#     [--subjects "hbone sslstream go nghttpx"] [--workloads "iperf requests connections"]
#     [--json FILE] [--require RATIO] [--no-build]
#
# Each workload is measured in --pairs rounds of --seconds for each subject, one after the other, in an order that rotates.
# The table shows medians, and ratios of the measurements of the same round. With --require the exit code is 1 when the
# rate of hbone is below RATIO times that of sslstream in any workload. Loopback only; every process it starts ends with it.
# What the subjects and workloads are, and what has to be installed: README.md.
# The files of lib/ use the variables of this one, and it theirs.
# shellcheck disable=SC2034,SC2154
set -euo pipefail

PATH=$PATH:/usr/sbin # nginx and nghttpx, which the path of an ordinary user lacks
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lib="$root/benchmarks/peers/lib"
hbone="$root/src/Hbone.Cli/bin/Release/net10.0/hbone-cli.dll"
pairs=5 seconds=5 streams="1 4" json="" require="" build=1
wanted="hbone sslstream go nghttpx" workloads="iperf requests connections"
while (($# > 0)); do
  case $1 in
    --pairs) pairs=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --streams) streams=$2; shift 2 ;;
    --subjects) wanted=$2; shift 2 ;;
    --workloads) workloads=$2; shift 2 ;;
    --json) json=$2; shift 2 ;;
    --require) require=$2; shift 2 ;;
    --no-build) build=0; shift ;;
    *) sed -n '2,11p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
done

work=$(mktemp -d)
for file in processes identities subjects rounds iperf wrk; do
  # shellcheck disable=SC1090
  source "$lib/$file.sh"
done

trap 'stop_all; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

need() { # PROGRAM PACKAGE WORKLOAD
  have "$1" && return
  echo "compare.sh: $1 is missing (Debian package $2); --workloads can leave $3 out" >&2
  exit 2
}

for workload in $workloads; do
  case $workload in
    iperf) need iperf3 iperf3 iperf ;;
    requests | connections)
      need wrk wrk "$workload"
      need nginx nginx-light "$workload"
      ;;
    *) echo "compare.sh: unknown workload $workload: known are iperf, requests and connections" >&2; exit 2 ;;
  esac
done

subjects=()
for subject in $wanted; do
  lacking=$(missing_of "$subject")
  if [[ -n $lacking ]]; then
    echo "compare.sh: $subject is left out: it needs the Debian packages ${lacking//$'\n'/ }" >&2
  else
    subjects+=("$subject")
  fi
done
((${#subjects[@]} > 0)) || fail "no subject is left"

if ((build)); then
  build_dotnet src/Hbone.Cli
  for subject in "${subjects[@]}"; do build_subject "$subject"; done
fi
issue_identities

: >"$work/samples"
for workload in $workloads; do "measure_$workload"; done

statistics() { awk -v subjects="${subjects[*]}" -f "$lib/stats.awk" -f "$lib/$1.awk" "${@:2}" "$work/samples"; }

echo "loopback, $pairs rounds of $seconds s, $(nproc) processors, certificates by $made_by"
echo "medians; ratio: median of the rounds' ratios (lowest-highest); cpu: processor seconds of all processes of a subject"
[[ " ${subjects[*]} " != *" nghttpx "* ]] ||
  echo "nghttpx has no client half: its pair is hbone forward before nghttpx and tinyproxy"
statistics table
if [[ -n $json ]]; then
  about=$(printf '"pairs":%s,"seconds":%s,"processors":%s,"failures":%s' "$pairs" "$seconds" "$(nproc)" "$failures")
  statistics json -v about="$about" >"$json"
fi
[[ -z $require ]] || statistics require -v least="$require" >&2 || failures=$((failures + 1))
exit $((failures > 0))
