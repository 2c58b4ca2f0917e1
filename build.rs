//! Has the linker pack the relocations of the program.
//!
//! An executable that may be loaded anywhere has tens of thousands of them, and in the usual table they are
//! read at each start, a megabyte of them. The packed table (`DT_RELR`) is read by glibc from 2.36 on, so that
//! a program which is built beside such a glibc starts beside no older one.

#![expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by its environment"
)]

use std::env;
use std::process::Command;

/// The first glibc that reads packed relocations (sourceware.org/glibc/wiki/Release/2.36, read 2026-11-26).
const READS_PACKED_RELOCATIONS: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_for_this_target = env::var("HOST").ok() == env::var("TARGET").ok();
    let is_glibc = env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|name| name == "gnu")
        && env::var("CARGO_CFG_TARGET_OS").is_ok_and(|name| name == "linux");
    if is_for_this_target && is_glibc && glibc() >= Some(READS_PACKED_RELOCATIONS) {
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
