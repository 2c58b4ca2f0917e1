#!/usr/bin/env bash
# Starts moto, an S3 server that others wrote, on a free loopback port, with one bucket.
#
#   start.sh WORK
#
# WORK is a folder for this server alone. Prints KEY=VALUE lines and ends; the server goes on until
# `stop.sh WORK`. It checks no signatures, so it proves everything but those.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:?usage: start.sh WORK}
mkdir -p "$work"
work=$(cd "$work" && pwd)
installed=$("$here/../../install.sh" moto)
eval "$installed"

fail() {
    echo "moto did not start: $1" >&2
    cat "$work/server.log" >&2 || true
    exit 1
}

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
nohup "$MOTO" -H 127.0.0.1 -p "$port" >"$work/server.log" 2>&1 </dev/null &
echo $! >"$work/pid"
for _ in $(seq 300); do
    curl -sf -o /dev/null "$url/moto-api/" && break
    kill -0 "$(cat "$work/pid")" 2>/dev/null || fail 'it ended'
    sleep 0.1
done
curl -sf -o /dev/null -X PUT "$url/media" || fail 'no bucket'

cat <<VARIABLES
S3_URL=$url
S3_BUCKET=media
S3_REGION=us-east-1
S3_KEY=testing
S3_SECRET=testing
VARIABLES
