# shellcheck shell=bash disable=SC2034,SC2154
# Many short exchanges over HTTP/1.1: wrk before nginx, which answers from memory.
# Uses: $root, $work, $seconds, processes.sh, subjects.sh, rounds.sh.

http_connections=32

start_http_subjects() {
  local subject
  start_on_free_port nginx 'start worker processes' nginx_command
  target="127.0.0.1:$ready_port"
  for subject in "${subjects[@]}"; do start_subject "$subject" "$target"; done
}

# requests: connections that stay, an exchange after the other on each.
measure_requests() {
  start_http_subjects
  warm_up exchange
  rounds "requests, $http_connections kept open" 1/s s/1000 exchange
  stop_all
}

# connections: each exchange on a connection of its own, which is a tunnel of its own.
measure_connections() {
  start_http_subjects
  warm_up exchange --header 'Connection: close'
  rounds "connections, $http_connections at a time" 1/s s/1000 exchange --header 'Connection: close'
  stop_all
}

# exchange PORT WRK-OPTIONS...: exchanges a second, and the time that 99 of 100 took at most. An exchange that failed makes
# it fail. One thread of wrk is enough, and leaves the other processors to the subject.
exchange() {
  local requests microseconds p99_microseconds errors
  wrk --threads 1 --connections "$http_connections" --duration "${seconds}s" --timeout 10s --script "$lib/wrk.lua" \
    "${@:2}" "http://127.0.0.1:$1/" >"$work/run.log" 2>&1 || return 1
  read -r requests microseconds p99_microseconds errors < <(sed -n 's/^summary //p' "$work/run.log")
  ((requests > 0 && errors == 0)) || return 1
  value=$(awk -v n="$requests" -v t="$microseconds" 'BEGIN { print n / t * 1e6 }')
  amount=$(awk -v n="$requests" 'BEGIN { print n / 1000 }')
  p99=$(awk -v t="$p99_microseconds" 'BEGIN { print t / 1000 }')
}

nginx_command() { # PORT
  cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; scgi_temp_path temp; uwsgi_temp_path temp;
  server {
    listen 127.0.0.1:$1 backlog=1024;
    default_type text/plain;
    return 200 "an answer of some sixty bytes, which nginx gives from memory\n";
  }
}
END
  command=(nginx -p "$work" -e stderr -c "$work/nginx.conf")
}
