#!/usr/bin/env bash
# Runs each target of `src/fuzzing/`, or those that are named, by cargo-fuzz: `fuzz/run.sh SECONDS [TARGET…]`.
# What it learns is kept under `target/fuzzing/`; what fails is under `fuzz/artifacts/`, to be mended and
# then kept in `tests/corpus/<target>/` under a name that says what it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?how many seconds for each target}
shift
# cargo-fuzz wants what only nightly compilers offer by themselves; the one at hand offers it so, too.
export RUSTC_BOOTSTRAP=1
# The same versions as in the product.
cp Cargo.lock fuzz/Cargo.lock
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list)
for target in "${targets[@]}"; do
    learnt=target/fuzzing/$target
    mkdir -p "$learnt"
    # The sanitizers look for what unsafe code does, and there is none here.
    cargo fuzz run --sanitizer none "$target" "$learnt" "tests/corpus/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=8192
done
