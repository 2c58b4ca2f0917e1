//! The soak: for a while, a daemon and direct posts under everything that goes wrong at once, on all
//! six platforms; then what the outbox says is held against what the servers saw.
//!
//! Fifteen seconds of it, or `HAYON_SOAK_SECONDS`. `HAYON_SOAK_SEED` repeats what a run did, as far as
//! two processes can be made to do the same: which deeds, which posts, which faults.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod audit;
mod faults;
mod storm;
#[path = "../support/mod.rs"]
mod support;

use std::io;
use std::io::Write as _;
use std::time::Duration;
use std::time::Instant;

use crate::audit::drain;
use crate::audit::judge;
use crate::storm::Storm;
use crate::support::scene::Scene;

/// How long it blows if nobody says.
const SECONDS: u64 = 15;

#[test]
fn after_a_storm_every_promise_is_kept_once_and_the_outbox_says_what_is_public() {
    let seconds = variable("HAYON_SOAK_SECONDS").unwrap_or(SECONDS);
    let seed = variable("HAYON_SOAK_SEED").unwrap_or_else(|| fastrand::u64(..));
    // Before anything can fail.
    say(&format!("{seconds} seconds, HAYON_SOAK_SEED={seed}"));
    let mut chance = fastrand::Rng::with_seed(seed);
    let faults = faults::faults(&mut chance);
    // More than a long storm can publish: what the day's quota holds back would not be over for a day.
    let mut arguments = vec!["--latency", "20ms", "--graph", "quota=100000"];
    for fault in &faults {
        arguments.extend(["--fault", fault]);
    }
    let mut scene = Scene::with_bucket(&arguments);
    // After as many looks in vain a delivery waits for five minutes, which in so many faults may well be.
    scene
        .world
        .set("HAYON_DAEMON_RETRY_DELAYS", "1s,1s,1s,1s,1s,1s,1s");
    let end = now() + Duration::from_secs(seconds);
    let mut storm = Storm::new(&scene, chance);
    while now() < end {
        storm.act();
    }
    let calm = storm.calm();
    drain(&scene.world);
    let verdict = judge(&scene, &calm);
    say(&format!("{calm}; {verdict}"));
    assert!(
        verdict.wrong.is_empty(),
        "seed {seed}:\n{}",
        verdict.wrong.join("\n")
    );
    assert!(verdict.delivered > 0, "nothing was delivered");
}

/// A storm blows for a time, not until something has come to pass.
fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "the test is no part of hayon")]
    Instant::now()
}

/// Returns the number in an environment variable of the test's own.
fn variable(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the product's environment has one of its own"
    )]
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a number"))
}

/// Says something past the test's own output, which is shown only if it fails.
fn say(words: &str) {
    let _ = writeln!(io::stderr(), "soak: {words}");
}
