//! The kernel's own account of what `hayon` does, through strace. Where there is none, tests that need
//! it say so, and fail in CI; so do those that need another tool.

use std::process::Command;

/// Whether system calls can be seen here.
pub(crate) fn is_there() -> bool {
    let is_there = Command::new("strace").arg("-V").output().is_ok();
    if !is_there {
        cannot_be_tested("strace");
    }
    is_there
}

/// Says that something was not tested for want of `tool`; fails in CI.
#[track_caller]
pub(crate) fn cannot_be_tested(tool: &str) {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the product's environment has one of its own"
    )]
    let must = std::env::var_os("CI").is_some();
    assert!(!must, "install {tool}: this was not tested");
    #[expect(
        clippy::print_stderr,
        reason = "to whoever runs the tests, who would take silence for success"
    )]
    {
        eprintln!("not tested: there is no {tool}");
    }
}

/// Whether `HAYON_EVERY_SYSCALL` asks for every case that there is, which takes an hour or more, and not
/// only for a share of them.
pub(crate) fn is_whole() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tests have an environment of their own"
    )]
    let asked = std::env::var_os("HAYON_EVERY_SYSCALL");
    asked.is_some()
}
