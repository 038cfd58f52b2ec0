# shellcheck shell=bash disable=SC2034,SC2154
# Bulk transfers: iperf3 with some streams, up and down.
# Uses: $work, $streams, $seconds, processes.sh, subjects.sh, rounds.sh.

measure_iperf() {
  local subject target count direction
  local -a options
  start_on_free_port iperf3 'Server listening' iperf3_command
  target="127.0.0.1:$ready_port"
  for subject in "${subjects[@]}"; do start_subject "$subject" "$target"; done
  warm_up transfer
  warm_up transfer --reverse
  for count in $streams; do
    for direction in upload download; do
      options=(--parallel "$count")
      [[ $direction == download ]] && options+=(--reverse)
      rounds "iperf3 $direction, streams: $count" MiB/s s/GiB transfer "${options[@]}"
    done
  done
  stop_all
}

iperf3_command() { command=(iperf3 --server --bind 127.0.0.1 --port "$1" --forceflush); }

# transfer PORT IPERF3-OPTIONS...: MiB/s that arrived.
transfer() {
  timeout $((seconds + 20)) iperf3 --client 127.0.0.1 --port "$1" --time "$seconds" --format M "${@:2}" \
    >"$work/run.log" 2>&1 || return 1
  value=$(awk '
    /receiver/ { for (i = 2; i <= NF; i++) if ($i == "MBytes/sec") { if ($1 == "[SUM]") sum = $(i - 1); else one = $(i - 1) } }
    END { print (sum != "" ? sum : one) }' "$work/run.log")
  amount=$(awk -v rate="$value" -v time="$seconds" 'BEGIN { print rate * time / 1024; exit !(rate > 0) }')
}
