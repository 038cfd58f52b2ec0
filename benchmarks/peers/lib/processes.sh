# shellcheck shell=bash disable=SC2034,SC2154
# Starting and stopping processes, and the processor time they took.
# Uses: $work, the folder of this run.

started=()

# try_start NAME READY COMMAND...: runs it in the background and waits until it is ready: until it prints a line that
# matches the regular expression READY, or for "port:N" until it accepts on that port. Sets $ready_pid, and $ready_port when
# the line tells one. Fails when the process ends before, or after 20 s.
try_start() {
  local name=$1 ready=$2 log="$work/$1.log"
  shift 2
  : >"$log"
  "$@" >>"$log" 2>&1 &
  ready_pid=$!
  if case $ready in
    port:*) await_port "${ready#port:}" ;;
    *) await_line "$ready" "$log" ;;
  esac; then
    started+=("$ready_pid")
    return 0
  fi
  stop "$ready_pid"
  return 1
}

await_line() { # REGEX LOG
  local line
  line=$(timeout 20 grep --extended-regexp --max-count 1 "$1" \
    < <(exec tail --lines +1 --follow --sleep-interval 0.1 --pid "$ready_pid" "$2")) || return 1
  ready_port=$(sed -nE 's/.*listening on [^ ]*:([0-9]+).*/\1/Ip' <<<"$line")
}

await_port() { # PORT
  local tries
  for ((tries = 0; tries < 400; tries++)); do
    accepts "$1" && return
    kill -0 "$ready_pid" 2>/dev/null || return 1
    sleep 0.05
  done
  return 1
}

accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; } # PORT

# start NAME READY COMMAND...: the same, and ends the script when it fails.
start() {
  try_start "$@" || fail "$1 did not become ready:" "$work/$1.log"
}

# start_on_free_port NAME READY FUNCTION: for a program that cannot choose a port itself. FUNCTION PORT sets the array
# $command. READY is "port" or a regular expression. Sets $ready_port as well. The ports tried lie below those that the
# kernel gives to clients.
start_on_free_port() {
  local name=$1 ready=$2 prepare=$3 port
  local -a command
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000))
    accepts "$port" && continue
    "$prepare" "$port"
    if try_start "$name" "${ready/#port/port:$port}" "${command[@]}"; then
      ready_port=$port
      return 0
    fi
  done
  fail "$name did not become ready:" "$work/$name.log"
}

# stop PID...: asks each to end, and kills what has not ended after 5 s.
stop() {
  local pid
  kill "$@" 2>/dev/null || true
  for pid in "$@"; do
    timeout 5 tail --follow --sleep-interval 0.1 --pid "$pid" /dev/null || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

stop_all() {
  ((${#started[@]} == 0)) || stop "${started[@]}"
  started=()
}

# fail MESSAGE [LOG]: says why on standard error and ends the script.
fail() {
  echo "compare.sh: $1" >&2
  [[ $# -lt 2 ]] || tail --lines 20 "$2" >&2
  exit 1
}

# family PID...: these and all their descendants.
family() {
  local pid
  for pid in "$@"; do
    echo "$pid"
    # The files hold process ids that are to become words.
    # shellcheck disable=SC2046
    family $(cat "/proc/$pid"/task/*/children 2>/dev/null)
  done
}

# ticks PID...: processor time of these and their descendants so far, user and system, in clock ticks.
ticks() {
  local pid
  for pid in $(family "$@"); do sed 's/.*) //' "/proc/$pid/stat"; done | awk '{ t += $12 + $13 } END { print t }'
}
