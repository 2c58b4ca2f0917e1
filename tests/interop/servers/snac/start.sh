#!/usr/bin/env bash
# Starts snac, a real fediverse server with Mastodon's client API, on a free loopback port.
#
#   start.sh WORK
#
# WORK is a folder for this server alone. Prints KEY=VALUE lines and ends; the server goes on until
# `stop.sh WORK`. Plain HTTP; snac ignores Idempotency-Key and enforces no limits.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:?usage: start.sh WORK}
mkdir -p "$work"
work=$(cd "$work" && pwd)
installed=$("$here/../../install.sh" snac)
eval "$installed"

fail() {
    echo "snac did not start: $1" >&2
    cat "$work/server.log" >&2 || true
    exit 1
}
field() {
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://localhost:$port
data=$work/data
rm -rf "$data"
# It asks for: address, port, host name, path prefix, e-mail address, proxy.
printf '%s\n' 127.0.0.1 "$port" "localhost:$port" '' '' '' | "$SNAC" init "$data" >"$work/server.log" 2>&1
sed -i 's/"protocol": "https"/"protocol": "http"/' "$data/server.json"
grep -q '"protocol": "http"' "$data/server.json" || fail 'no protocol in server.json'
add_user() {
    printf '%s\n' "$1" | "$SNAC" adduser "$data" 2>&1 | sed -n 's/^User password is //p'
}
password=$(add_user alice)
add_user bob >/dev/null

nohup "$SNAC" httpd "$data" >>"$work/server.log" 2>&1 </dev/null &
echo $! >"$work/pid"
for _ in $(seq 100); do
    curl -sf -o "$work/instance.json" "$url/api/v1/instance" && break
    kill -0 "$(cat "$work/pid")" 2>/dev/null || fail 'it ended'
    sleep 0.1
done
[ -s "$work/instance.json" ] || fail 'no answer'

# What a person does with an app: register it, log in, take the code, change it for a token.
redirect=urn:ietf:wg:oauth:2.0:oob
app=$(curl -sf "$url/api/v1/apps" --data-urlencode client_name=hayon \
    --data-urlencode "redirect_uris=$redirect" --data-urlencode 'scopes=read write')
client_id=$(field client_id <<<"$app")
client_secret=$(field client_secret <<<"$app")
code=$(curl -sf "$url/oauth/x-snac-login" --data-urlencode login=alice \
    --data-urlencode "passwd=$password" --data-urlencode "redir=$redirect" \
    --data-urlencode "cid=$client_id" --data-urlencode state=)
token=$(curl -sf "$url/oauth/token" --data-urlencode grant_type=authorization_code \
    --data-urlencode "code=$code" --data-urlencode "client_id=$client_id" \
    --data-urlencode "client_secret=$client_secret" --data-urlencode "redirect_uri=$redirect" |
    field access_token)

cat <<VARIABLES
SNAC_URL=$url
SNAC_PORT=$port
ALICE_TOKEN=$token
ALICE_PASSWORD=$password
VARIABLES
