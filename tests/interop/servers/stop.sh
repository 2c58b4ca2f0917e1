#!/usr/bin/env bash
# Ends the server that a `start.sh WORK` has started, and waits until it is gone.
#
#   stop.sh WORK
set -euo pipefail

work=${1:?usage: stop.sh WORK}
pid=$(cat "$work/pid")
kill "$pid" 2>/dev/null || exit 0
for _ in $(seq 50); do
    kill -0 "$pid" 2>/dev/null || exit 0
    sleep 0.1
done
kill -KILL "$pid"
