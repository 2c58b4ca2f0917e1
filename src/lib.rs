//! hayon publishes one post to many social platforms, now or later, exactly once each.

mod clock;
mod config;
mod http;
mod media;
mod post;
mod publish;
#[cfg(feature = "sandbox")]
mod sandbox;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line `arguments` (the program's name first) and returns the exit code.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    drop(arguments);
    ExitCode::SUCCESS
}
