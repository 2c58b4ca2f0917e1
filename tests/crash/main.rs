//! The crash matrix: `hayon` killed at every request of a delivery, and started again.
//!
//! The real binary, the sandbox as a process, SIGKILL. At the end every post is public exactly
//! once and the outbox says so; where that is impossible, the delivery is parked in doubt.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod calls;
mod cards;
mod case;
mod chance;
mod doubt;
mod expected;
mod keys;
mod matrix;
mod media;
mod meta;
mod moments;
mod poison;
mod pool;
mod power;
mod road;
#[path = "../support/mod.rs"]
mod support;
