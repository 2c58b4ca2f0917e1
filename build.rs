//! Has the linker write down the places that a program mends when it is loaded in the short form.
//!
//! There are fifty thousand of them, read at each start. In the usual form they are 1.2 MB, in the short
//! one a fortieth of that. glibc reads it from 2.36 on; what is built beside an older one, for another
//! machine or another C library has the usual form.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by its environment"
)]

use std::env;
use std::process::Command;

/// The first glibc that reads the short form (sourceware.org/glibc/wiki/Release/2.36, read 2026-11-26).
const READS_THE_SHORT_FORM: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_for_here = env::var("HOST").ok() == env::var("TARGET").ok();
    let is_glibc = env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|name| name == "gnu")
        && env::var("CARGO_CFG_TARGET_OS").is_ok_and(|name| name == "linux");
    if is_for_here && is_glibc && glibc() >= Some(READS_THE_SHORT_FORM) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Returns the version of this machine's glibc.
fn glibc() -> Option<(u32, u32)> {
    let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let told = String::from_utf8(told.ok()?.stdout).ok()?;
    let (major, minor) = told.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = minor.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
