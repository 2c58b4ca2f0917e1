# What `.ci/run` and `.ci/full` share: where they run, and how they tell what they do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Nothing here is built twice, so what incremental builds keep would only fill the disk.
export CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never
export DEBIAN_FRONTEND=noninteractive
# A test that cannot run here fails instead of saying so.
export CI=true

times=()
phase() {
    local name=$1 start=$SECONDS
    shift
    echo "=== $name"
    "$@" </dev/null
    times+=("$(printf '%5d s  %s' $((SECONDS - start)) "$name")")
    echo "${times[-1]}"
}

all_held() {
    printf '%s\n' '=== all held' "${times[@]}"
}
