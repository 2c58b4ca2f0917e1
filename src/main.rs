//! The program: hands the arguments to [`hayon::run`] and ends with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    hayon::run(std::env::args_os().collect())
}
