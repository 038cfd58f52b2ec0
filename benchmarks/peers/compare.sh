#!/usr/bin/env bash
# iperf3 through `hbone forward` + `hbone serve`, beside the same through the bare SslStream relay.
#
#   benchmarks/peers/compare.sh [--pairs N] [--seconds S] [--streams "1 4"] [--require RATIO] [--no-build]
#
# The two are measured in turn, and the order changes from pair to pair, so that a machine that warms up or slows down
# favours neither. Prints one table: the median of each, the median of the ratios of the pairs, and the processor time that
# the two processes of each spent on a GiB, which a busy machine disturbs less than the rate. With --require the exit code
# is 1 when one of those ratios is below RATIO. Loopback only; every process it starts ends with it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
pairs=5 seconds=5 streams="1 4" require="" build=1
while (($# > 0)); do
  case $1 in
    --pairs) pairs=$2; shift 2 ;;
    --seconds) seconds=$2; shift 2 ;;
    --streams) streams=$2; shift 2 ;;
    --require) require=$2; shift 2 ;;
    --no-build) build=0; shift ;;
    *) sed -n '2,10p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
done

command -v iperf3 >/dev/null || { echo "compare.sh: iperf3 is missing (Debian package iperf3)" >&2; exit 2; }

work=$(mktemp -d)
started=()
cleanup() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

if ((build)); then
  dotnet build "$root/src/Hbone.Cli" -c Release -v q --nologo >"$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
  dotnet build "$root/benchmarks/peers/SslStreamRelay" -c Release -v q --nologo >"$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
fi
hbone="$root/src/Hbone.Cli/bin/Release/net10.0/hbone-cli.dll"
relay="$root/benchmarks/peers/SslStreamRelay/bin/Release/net10.0/sslstream-relay.dll"

# start NAME COMMAND...: runs it in the background, waits for its ready line, and sets $ready_port from it and $ready_pid.
start() {
  local name=$1; shift
  "$@" >"$work/$name.out" 2>"$work/$name.err" &
  started+=($!)
  local pid=$! tries=0
  ready_pid=$pid
  until ready_port=$(sed -nE 's/.*listening on [^ ]*:([0-9]+).*/\1/Ip' "$work/$name.out" | head -n 1) && [[ -n $ready_port ]]; do
    if ! kill -0 "$pid" 2>/dev/null || ((++tries > 200)); then
      echo "compare.sh: $name did not become ready:" >&2
      cat "$work/$name.out" "$work/$name.err" >&2
      exit 1
    fi
    sleep 0.1
  done
}

domain=cluster.local
client_id="spiffe://$domain/ns/default/sa/client"
server_id="spiffe://$domain/ns/default/sa/server"

issue_with_openssl() { # DIR ID
  mkdir -p "$1"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout "$1/svid_key.pem" -out "$1/request.pem" 2>/dev/null
  openssl x509 -req -in "$1/request.pem" -CA "$work/ca/root.pem" -CAkey "$work/ca/root_key.pem" -days 1 -out "$1/svid.pem" \
    -extfile <(printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
      extendedKeyUsage=serverAuth,clientAuth "subjectAltName=critical,URI:$2") 2>/dev/null
  cp "$work/ca/root.pem" "$1/bundle.pem"
}

if dotnet "$hbone" pki init "$work/ca" --trust-domain "$domain" >"$work/pki.log" 2>&1 &&
  dotnet "$hbone" pki issue "$work/ca" --id "$client_id" --out "$work/client" >>"$work/pki.log" 2>&1 &&
  dotnet "$hbone" pki issue "$work/ca" --id "$server_id" --out "$work/server" >>"$work/pki.log" 2>&1; then
  made_by="hbone pki"
else
  made_by="openssl"
  rm -rf "$work/ca" "$work/client" "$work/server"
  mkdir -p "$work/ca"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/O=$domain" \
    -addext "subjectAltName=URI:spiffe://$domain" -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$work/ca/root_key.pem" -out "$work/ca/root.pem" 2>/dev/null
  issue_with_openssl "$work/client" "$client_id"
  issue_with_openssl "$work/server" "$server_id"
fi
client_files=(--svid "$work/client/svid.pem" --key "$work/client/svid_key.pem" --bundle "$work/client/bundle.pem")
server_files=(--svid "$work/server/svid.pem" --key "$work/server/svid_key.pem" --bundle "$work/server/bundle.pem")

iperf_port=0
for _ in 1 2 3 4 5; do
  candidate=$((20000 + RANDOM % 10000))
  iperf3 --server --bind 127.0.0.1 --port "$candidate" --forceflush >"$work/iperf3.out" 2>&1 &
  pid=$!
  sleep 0.5
  if kill -0 "$pid" 2>/dev/null; then
    started+=("$pid")
    iperf_port=$candidate
    break
  fi
done
((iperf_port > 0)) || { echo "compare.sh: iperf3 found no free port" >&2; exit 1; }
target="127.0.0.1:$iperf_port"

start relay-server dotnet "$relay" server --listen 127.0.0.1:0 --target "$target" "${server_files[@]}"
relay_pids=("$ready_pid")
start relay-client dotnet "$relay" client --listen 127.0.0.1:0 --via "127.0.0.1:$ready_port" "${client_files[@]}"
relay_pids+=("$ready_pid")
relay_port=$ready_port
start hbone-serve dotnet "$hbone" serve --listen 127.0.0.1:0 --allow-target "$target" "${server_files[@]}"
hbone_pids=("$ready_pid")
start hbone-forward dotnet "$hbone" forward --listen 127.0.0.1:0 --via "127.0.0.1:$ready_port" --target "$target" \
  --peer "$server_id" "${client_files[@]}"
hbone_pids+=("$ready_pid")
hbone_port=$ready_port

# Processor time of processes so far, user and system, in clock ticks.
ticks() { # PID...
  local pid total=0 fields
  for pid in "$@"; do
    fields=$(sed 's/.*) //' "/proc/$pid/stat")
    total=$((total + $(cut -d' ' -f12 <<<"$fields") + $(cut -d' ' -f13 <<<"$fields")))
  done
  echo "$total"
}

# measure PORT SECONDS IPERF3-OPTIONS...: MiB/s that arrived.
measure() {
  local port=$1 time=$2; shift 2
  timeout $((time + 20)) iperf3 --client 127.0.0.1 --port "$port" --time "$time" --format M "$@" >"$work/run.out" 2>&1 || {
    echo "compare.sh: iperf3 $* on port $port failed:" >&2
    tail -n 5 "$work/run.out" "$work"/*.err >&2
    return 1
  }
  awk '/receiver/ { for (i = 2; i <= NF; i++) if ($i == "MBytes/sec") { if ($1 == "[SUM]") sum = $(i - 1); else one = $(i - 1) } }
       END { print (sum != "" ? sum : one) }' "$work/run.out"
}

# run NAME PORT PIDS... : measures once and appends to $work/NAME.rate and $work/NAME.cpu (seconds a GiB).
run() {
  local name=$1 port=$2 before after rate
  shift 2
  before=$(ticks "$@")
  rate=$(measure "$port" "$seconds" "${options[@]}")
  after=$(ticks "$@")
  echo "$rate" >>"$work/$name.rate"
  awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v mib="$rate" -v s="$seconds" \
    'BEGIN { printf "%.3f\n", (t / hz) / (mib * s / 1024) }' >>"$work/$name.cpu"
}

median() { sort -g | awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# Both programs are compiled by the runtime as they run: let that happen outside the measurement.
for port in "$relay_port" "$hbone_port"; do
  measure "$port" 2 >/dev/null
  measure "$port" 2 --reverse >/dev/null
done

echo "iperf3 on loopback, $pairs pairs of $seconds s, $(nproc) processors, certificates by $made_by"
echo "rates in MiB/s, processor time of both processes in s/GiB, medians; ratio = median of the pairs' ratios"
printf '%-8s %-10s %8s %10s %7s %10s %14s   %s\n' \
  streams direction hbone sslstream ratio hbone-cpu sslstream-cpu "ratios of the pairs"
status=0
for count in $streams; do
  for direction in upload download; do
    options=(--parallel "$count")
    [[ $direction == download ]] && options+=(--reverse)
    rm -f "$work"/*.rate "$work"/*.cpu
    for ((pair = 0; pair < pairs; pair++)); do
      if ((pair % 2 == 0)); then
        run hbone "$hbone_port" "${hbone_pids[@]}"
        run relay "$relay_port" "${relay_pids[@]}"
      else
        run relay "$relay_port" "${relay_pids[@]}"
        run hbone "$hbone_port" "${hbone_pids[@]}"
      fi
    done
    paste "$work/hbone.rate" "$work/relay.rate" | awk '{ printf "%.2f\n", $1 / $2 }' >"$work/ratios"
    ratio=$(median <"$work/ratios")
    printf '%-8s %-10s %8.0f %10.0f %7.2f %10.2f %14.2f   %s\n' "$count" "$direction" \
      "$(median <"$work/hbone.rate")" "$(median <"$work/relay.rate")" "$ratio" \
      "$(median <"$work/hbone.cpu")" "$(median <"$work/relay.cpu")" "$(tr '\n' ' ' <"$work/ratios")"
    if [[ -n $require ]] && awk -v a="$ratio" -v b="$require" 'BEGIN { exit !(a < b) }'; then status=1; fi
  done
done
((status == 0)) || echo "compare.sh: a ratio is below $require" >&2
exit $status
