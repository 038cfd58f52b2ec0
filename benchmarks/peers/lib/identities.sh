# shellcheck shell=bash disable=SC2034,SC2154
# One authority and two SVIDs, in $work/client and $work/server.
# Uses: $work, $hbone. Sets: $server_id, $client_id, $client_files, $server_files (options), $made_by.

domain=cluster.local
client_id="spiffe://$domain/ns/default/sa/client"
server_id="spiffe://$domain/ns/default/sa/server"
client_files=(--svid "$work/client/svid.pem" --key "$work/client/svid_key.pem" --bundle "$work/client/bundle.pem")
server_files=(--svid "$work/server/svid.pem" --key "$work/server/svid_key.pem" --bundle "$work/server/bundle.pem")

issue_identities() {
  made_by="hbone pki"
  issue_with_hbone >"$work/pki.log" 2>&1 && return
  made_by=openssl
  rm -rf "$work/ca" "$work/client" "$work/server"
  issue_with_openssl >>"$work/pki.log" 2>&1 || fail "no certificates could be made:" "$work/pki.log"
}

issue_with_hbone() {
  dotnet "$hbone" pki init "$work/ca" --trust-domain "$domain" &&
    dotnet "$hbone" pki issue "$work/ca" --id "$client_id" --out "$work/client" &&
    dotnet "$hbone" pki issue "$work/ca" --id "$server_id" --out "$work/server"
}

issue_with_openssl() {
  mkdir -p "$work/ca" &&
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "/O=$domain" \
      -addext "subjectAltName=URI:spiffe://$domain" -addext basicConstraints=critical,CA:TRUE \
      -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$work/ca/root_key.pem" -out "$work/ca/root.pem" &&
    issue_one_with_openssl "$work/client" "$client_id" &&
    issue_one_with_openssl "$work/server" "$server_id"
}

issue_one_with_openssl() { # DIR ID
  mkdir -p "$1" &&
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj / -keyout "$1/svid_key.pem" -out "$1/request.pem" &&
    openssl x509 -req -in "$1/request.pem" -CA "$work/ca/root.pem" -CAkey "$work/ca/root_key.pem" -days 1 \
      -out "$1/svid.pem" -extfile <(printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
        extendedKeyUsage=serverAuth,clientAuth "subjectAltName=critical,URI:$2") &&
    cp "$work/ca/root.pem" "$1/bundle.pem"
}
