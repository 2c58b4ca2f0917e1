//! What follows where a platform's list may leave posts out: looks, a doubt, and never a second
//! sending.

use std::time::Duration;

use crate::delivery::tests::Act;
use crate::delivery::tests::Bench;
use crate::delivery::tests::HOUR;
use crate::delivery::tests::Kind;
use crate::delivery::tests::Sight;
use crate::outbox::decide::Judgement;
use crate::outbox::decide::WhichParked;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::post::account_name::AccountName;

/// A platform that shows what is public only from the look `from` on.
fn bench(from: usize, act: Act) -> Bench {
    Bench::new(Kind::Naive, Sight::Partial(from), &[act])
}

const NEVER: usize = usize::MAX;

fn looks(bench: &Bench) -> Vec<i64> {
    bench.platform.looks.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn what_is_not_seen_is_looked_for_along_the_schedule_and_then_in_doubt() {
    let mut bench = bench(NEVER, Act::Lose);
    bench.plan.patience.settle = Some(Duration::from_mins(10));
    bench.run_for(2 * HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!((bench.sent(), bench.public()), (1, 1));
    // The pauses of the schedule, then five minutes, and once more when all has settled.
    assert_eq!(looks(&bench), [5, 10, 40, 160, 460, 600]);
}

#[tokio::test(start_paused = true)]
async fn it_is_delivered_if_a_later_look_sees_it() {
    let bench = bench(3, Act::Lose);
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("seen by the third look");
    assert_eq!((bench.sent(), looks(&bench).len()), (1, 3));
}

#[tokio::test(start_paused = true)]
async fn what_never_arrived_is_not_sent_again_by_itself_either() {
    let bench = bench(1, Act::LoseWithoutActing);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!((bench.sent(), bench.public()), (1, 0));
    let said = bench.delivery().error_message.unwrap_or_default();
    assert!(said.contains("nobody knows whether it arrived"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_retry_looks_again_and_sends_nothing() {
    let bench = bench(NEVER, Act::LoseWithoutActing);
    bench.run_for(HOUR).await;
    let (now, before) = (bench.plan.clock.now(), looks(&bench).len());
    let retry = bench
        .plan
        .door
        .at_once(|outbox| Ok(outbox.retry(&WhichParked::default(), now).unwrap()));
    retry.unwrap();
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!((bench.sent(), looks(&bench).len()), (1, before + 1));
}

#[tokio::test(start_paused = true)]
async fn a_person_who_says_that_it_is_not_public_has_it_sent() {
    let bench = bench(NEVER, Act::LoseWithoutActing);
    bench.run_for(HOUR).await;
    let account: AccountName = "work".parse().unwrap();
    let now = bench.plan.clock.now();
    let judgement = Judgement::NotPublished;
    let resolved = bench.plan.door.at_once(|outbox| {
        outbox.resolve(1, &account, &judgement, now).unwrap();
        Ok(())
    });
    resolved.unwrap();
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("sent again on a person's word");
    assert_eq!(bench.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_does_not_make_a_post_absent_that_may_be_public() {
    let bench = bench(NEVER, Act::Lose);
    bench.run_for(Duration::ZERO).await;
    bench.plan.door.at_once(|outbox| outbox.cancel(1)).unwrap();
    bench.run_for(HOUR).await;
    assert_ne!(bench.delivery().state, DeliveryState::Cancelled);
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!(bench.sent(), 1);
}
