# shellcheck shell=bash disable=SC2034,SC2154
# The pairs of processes that are compared: what each needs, how it is built, how it is started before a target.
# Uses: $root, $work, $hbone, the identities, processes.sh. start_subject sets ${subject_port[NAME]}, where applications
# connect, and ${subject_pids[NAME]}.

relay="$root/benchmarks/peers/SslStreamRelay/bin/Release/net10.0/sslstream-relay.dll"
tunnel="$root/benchmarks/peers/go/bin/tunnel"
go_path=/usr/share/gocode

declare -A subject_port subject_pids

# missing_of SUBJECT: the Debian packages that it lacks, or nothing.
missing_of() {
  case $1 in
    go)
      { ((!build)) && [[ -x $tunnel ]]; } && return
      have go || echo golang-go
      [[ -d $go_path/src/golang.org/x/net/http2 ]] || echo golang-golang-x-net-dev
      ;;
    nghttpx)
      have nghttpx || echo nghttp2-proxy
      have tinyproxy || echo tinyproxy
      ;;
    hbone | sslstream) ;;
    *) fail "unknown subject $1: known are hbone, sslstream, go and nghttpx" ;;
  esac
}

have() { command -v "$1" >/dev/null; }

build_subject() {
  case $1 in
    sslstream) build_dotnet benchmarks/peers/SslStreamRelay ;;
    # Debian packages Go libraries as a GOPATH: no module is fetched.
    go) build_with env -C "$root/benchmarks/peers/go" GO111MODULE=off GOPATH=$go_path GOFLAGS= go build -o "$tunnel" . ;;
    hbone | nghttpx) ;; # hbone itself is built in any case
  esac
}

# Build servers would outlive the script.
build_dotnet() { # PROJECT
  build_with dotnet build "$root/$1" -c Release -v q --nologo --disable-build-servers
}

build_with() {
  "$@" >"$work/build.log" 2>&1 || fail "$* failed:" "$work/build.log"
}

start_subject() { # SUBJECT TARGET
  local -a pids=()
  "start_$1" "$2"
  subject_port[$1]=$ready_port
  subject_pids[$1]=${pids[*]}
}

# start_half NAME COMMAND...: one process of a subject. All print the line that tells the port they took.
start_half() {
  start "$1" 'listening on ' "${@:2}"
  pids+=("$ready_pid")
}

start_hbone() {
  start_half hbone-serve dotnet "$hbone" serve --listen 127.0.0.1:0 --allow-target "$1" "${server_files[@]}"
  start_hbone_forward hbone-forward "$1"
}

start_hbone_forward() { # NAME TARGET, to the server at $ready_port
  start_half "$1" dotnet "$hbone" forward --listen 127.0.0.1:0 --via "127.0.0.1:$ready_port" --target "$2" \
    --peer "$server_id" "${client_files[@]}"
}

start_sslstream() {
  start_half sslstream-server dotnet "$relay" server --listen 127.0.0.1:0 --target "$1" "${server_files[@]}"
  start_half sslstream-client dotnet "$relay" client --listen 127.0.0.1:0 --via "127.0.0.1:$ready_port" \
    "${client_files[@]}"
}

start_go() {
  start_half go-serve "$tunnel" serve -target "$1" -identity "$work/server" -peer "$client_id"
  start_half go-forward "$tunnel" forward -target "$1" -identity "$work/client" -peer "$server_id" \
    -via "127.0.0.1:$ready_port"
}

start_nghttpx() {
  target_port=${1##*:}
  start_on_free_port tinyproxy port tinyproxy_command
  pids+=("$ready_pid")
  proxy_port=$ready_port
  start_on_free_port nghttpx 'Listening on ' nghttpx_command
  pids+=("$ready_pid")
  start_hbone_forward nghttpx-forward "$1"
}

# tinyproxy waits for the disk after each line it logs, some eight for each tunnel: it is to log none.
tinyproxy_command() { # PORT
  printf '%s\n' "Listen 127.0.0.1" "Port $1" "ConnectPort $target_port" "MaxClients 400" "Timeout 600" \
    "LogLevel Critical" >"$work/tinyproxy.conf"
  command=(tinyproxy -d -c "$work/tinyproxy.conf")
}

# The flow-control windows are those of `hbone serve`: nghttpx's own, 64 KiB for all streams together, are made for pages.
nghttpx_command() { # PORT
  command=(nghttpx --conf=/dev/null "--frontend=127.0.0.1,$1" "--backend=127.0.0.1,$proxy_port" --http2-proxy
    --verify-client "--verify-client-cacert=$work/server/bundle.pem" --tls-min-proto-version=TLSv1.3
    --backend-connections-per-host=400 --frontend-http2-window-size=1M --frontend-http2-connection-window-size=4M
    --no-ocsp "$work/server/svid_key.pem" "$work/server/svid.pem")
}
