#!/usr/bin/env bash
# Starts Garage, a real S3 server that is strict about signatures, on free loopback ports, with one
# bucket.
#
#   start.sh WORK
#
# WORK is a folder for this server alone. Prints KEY=VALUE lines and ends; the server goes on until
# `stop.sh WORK`. The bucket can be told its CORS rules: Garage leaves that to the bucket's owner.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:?usage: start.sh WORK}
mkdir -p "$work"
work=$(cd "$work" && pwd)
installed=$("$here/../../install.sh" garage)
eval "$installed"

fail() {
    echo "garage did not start: $1" >&2
    cat "$work/server.log" >&2 || true
    exit 1
}

read -r s3 rpc <<<"$(python3 -c '
import socket
taken = [socket.socket() for _ in range(2)]
for one in taken: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in taken])')"
secret() {
    head -c "$1" /dev/urandom | od -An -tx1 | tr -d ' \n'
}
(
    umask 077
    cat >"$work/garage.toml" <<TOML
metadata_dir = "$work/meta"
data_dir = "$work/data"
db_engine = "sqlite"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:$rpc"
rpc_public_addr = "127.0.0.1:$rpc"
rpc_secret = "$(secret 32)"
[s3_api]
s3_region = "garage"
api_bind_addr = "127.0.0.1:$s3"
root_domain = ".s3.garage.localhost"
TOML
)
garage=("$GARAGE" -c "$work/garage.toml")
RUST_LOG=garage=warn nohup "${garage[@]}" server >"$work/server.log" 2>&1 </dev/null &
echo $! >"$work/pid"
for _ in $(seq 300); do
    "${garage[@]}" status >/dev/null 2>&1 && break
    kill -0 "$(cat "$work/pid")" 2>/dev/null || fail 'it ended'
    sleep 0.1
done
node=$("${garage[@]}" node id -q 2>/dev/null | cut -d@ -f1)
key=GK$(secret 12) secret=$(secret 32)
{
    "${garage[@]}" layout assign -z here -c 10G "${node:0:16}"
    "${garage[@]}" layout apply --version 1
    "${garage[@]}" key import --yes -n hayon "$key" "$secret"
    "${garage[@]}" bucket create media
    "${garage[@]}" bucket allow --read --write --owner media --key "$key"
} >>"$work/server.log" 2>&1 || fail 'no bucket'
for _ in $(seq 300); do
    curl -s -o /dev/null "http://127.0.0.1:$s3/" && break
    sleep 0.1
done

cat <<VARIABLES
S3_URL=http://127.0.0.1:$s3
S3_BUCKET=media
S3_REGION=garage
S3_KEY=$key
S3_SECRET=$secret
VARIABLES
