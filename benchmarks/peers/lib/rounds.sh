# shellcheck shell=bash disable=SC2034,SC2154
# Measuring all subjects in turn. Each measurement becomes a line of $work/samples:
#   workload, unit of its value, unit of its processor time, round, subject, value, processor time, p99 in ms (or -)
# with tabs between them. lib/stats.awk reads it.
# Uses: $work, $subjects, $pairs, processes.sh, subjects.sh. Sets: $failures.

failures=0
hertz=$(getconf CLK_TCK)

# rounds WORKLOAD UNIT CPU-UNIT FUNCTION ARGUMENT...: $pairs rounds. FUNCTION PORT ARGUMENT... measures once: it sets
# $value, $amount (of what CPU-UNIT names, as it was processed) and $p99, or fails and says why in $work/run.log.
# The subject that begins moves on from round to round, so that a machine that warms up or slows down favours none.
rounds() {
  local workload=$1 unit=$2 cpu_unit=$3 round place count=${#subjects[@]}
  shift 3
  for ((round = 0; round < pairs; round++)); do
    for ((place = 0; place < count; place++)); do
      sample "${subjects[(round + place) % count]}" "$@"
    done
  done
}

sample() { # SUBJECT FUNCTION ARGUMENT...: in the variables of `rounds`
  local subject=$1 function=$2 before after value amount p99=-
  local -a pids
  shift 2
  read -ra pids <<<"${subject_pids[$subject]}"
  before=$(ticks "${pids[@]}")
  if ! "$function" "${subject_port[$subject]}" "$@"; then
    echo "compare.sh: $workload through $subject failed in round $((round + 1)):" >&2
    tail --lines 5 "$work/run.log" >&2
    failures=$((failures + 1))
    return
  fi
  after=$(ticks "${pids[@]}")
  awk -v OFS='\t' -v workload="$workload" -v unit="$unit" -v cpu_unit="$cpu_unit" -v round="$round" -v subject="$subject" \
    -v value="$value" -v p99="$p99" -v amount="$amount" -v cpu="$(((after - before) * 1000 / hertz))" \
    'BEGIN { print workload, unit, cpu_unit, round, subject, value, cpu / 1000 / amount, p99 }' >>"$work/samples"
}

# warm_up FUNCTION ARGUMENT...: once for each subject, unrecorded. .NET compiles as it runs; connections are made.
warm_up() {
  local subject seconds=$((seconds < 3 ? seconds : 3)) value amount p99
  for subject in "${subjects[@]}"; do
    "$1" "${subject_port[$subject]}" "${@:2}" || fail "warming up $subject failed:" "$work/run.log"
  done
}
