//! One target: the one of `src/fuzzing/` that this binary is called like.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hayon::fuzzing::run(env!("CARGO_BIN_NAME"), bytes));
