//! hayon publishes one post to many social platforms, now or later, exactly once each.

mod cli;
mod clock;
mod config;
mod daemon;
mod delivery;
mod http;
mod media;
mod outbox;
mod paths;
mod platforms;
mod post;
mod publish;
#[cfg(feature = "sandbox")]
mod sandbox;
mod text;

use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command line `arguments` (the program's name first) and returns the exit code.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    cli::run(arguments)
}
