//! Clocks that are set while something is under way.

use std::time::Duration;

use crate::clock::Clock;
use crate::clock::earlier;
use crate::delivery::tests::Act;
use crate::delivery::tests::Bench;
use crate::delivery::tests::HOUR;
use crate::delivery::tests::Kind;
use crate::delivery::tests::Sight;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::publish::Cause;
use crate::publish::PublishError;

const YEAR: Duration = Duration::from_hours(24 * 365);

/// Sets the clock of the machine back.
fn set_back(bench: &mut Bench, by: Duration) {
    bench.plan.clock = Clock::paused(earlier(bench.plan.clock.now(), by));
}

#[tokio::test(start_paused = true)]
async fn a_pause_does_not_grow_when_the_clock_is_set_back() {
    let unreachable = PublishError::Unavailable(Cause::new("no network yet"));
    let script = [Act::Fail(unreachable)];
    let mut bench = Bench::new(Kind::Naive, Sight::Clear, &script);
    bench.run_for(Duration::ZERO).await;
    assert_eq!(bench.delivery().state, DeliveryState::Queued);
    set_back(&mut bench, 10 * YEAR);
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the clock was ten years ahead");
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_for_at_once_does_not_wait_for_a_clock_that_was_ahead() {
    let mut bench = Bench::new(Kind::Naive, Sight::Clear, &[]);
    set_back(&mut bench, 10 * YEAR);
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the clock was ten years ahead");
}

#[tokio::test(start_paused = true)]
async fn a_key_is_not_trusted_for_longer_because_the_clock_was_set_back() {
    let mut bench = Bench::new(Kind::Within, Sight::Blind, &[Act::Lose]);
    bench.run_for(Duration::ZERO).await;
    // For two hours nobody sends; then the clock is set back by as much.
    tokio::time::advance(2 * HOUR).await;
    set_back(&mut bench, 3 * HOUR);
    bench.run_for(5 * HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!((bench.sent(), bench.public()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_cleared_up_in_time_though_the_clock_was_set_back() {
    let mut bench = Bench::new(Kind::Naive, Sight::Clear, &[Act::LoseWithoutActing]);
    bench.run_for(Duration::from_secs(10)).await;
    set_back(&mut bench, 10 * YEAR);
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the server had settled long ago");
}
