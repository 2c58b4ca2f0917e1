#!/usr/bin/env bash
# Starts a real Bluesky PDS with its own PLC directory on free loopback ports.
#
#   start.sh WORK
#
# WORK is a folder for this server alone. Prints KEY=VALUE lines and ends; the server goes on until
# `stop.sh WORK`. The PLC directory keeps everything in memory, so a stopped server stays stopped.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${1:?usage: start.sh WORK}
mkdir -p "$work"
work=$(cd "$work" && pwd)
installed=$("$here/../../install.sh" pds)
eval "$installed"

# Node looks for packages beside the script.
cp "$here/loopback.mjs" "$here/server.mjs" "$work"
ln -sfn "$PDS_HOME/node_modules" "$work/node_modules"
rm -f "$work/env"
LOG_ENABLED=0 nohup "$NODE" --import "$work/loopback.mjs" "$work/server.mjs" "$work" \
    >"$work/server.log" 2>&1 </dev/null &
echo $! >"$work/pid"

for _ in $(seq 600); do
    [ -e "$work/env" ] && exec cat "$work/env"
    kill -0 "$(cat "$work/pid")" 2>/dev/null || break
    sleep 0.1
done
echo "the PDS did not start:" >&2
cat "$work/server.log" >&2
exit 1
