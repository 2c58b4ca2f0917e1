//! What goes wrong around a delivery: daemons side by side, cancels, limits, outages, dead tokens,
//! damaged files.
//!
//! The real binary against the sandbox as a process. Each test asserts what a person is told, that
//! nothing is lost, and by the sandbox's ledger that nothing is public twice.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod allowances;
mod cancels;
mod certificates;
mod columns;
mod daemons;
mod damage;
mod deleted_there;
mod disks;
mod limits;
mod logins;
mod meta;
mod moments;
mod names;
mod older;
mod outages;
mod partial;
mod pauses;
mod pointed_elsewhere;
mod restored;
mod rot;
#[cfg(target_os = "linux")]
mod scarcity;
mod scenarios;
mod signals;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
mod tumblr;
mod twins;
mod wall_clock;
mod wire;
