//! Die at every await of an attempt, start again, and count the posts.

use crate::delivery::tests::Bench;
use crate::delivery::tests::HOUR;
use crate::delivery::tests::Kind;
use crate::delivery::tests::Sight;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;

/// Dies at every poll of the first run, runs again to the end, and hands each outcome to `check`.
async fn die_everywhere(kind: Kind, sight: Sight, check: impl Fn(&Bench, &str)) {
    for n in 0..400 {
        let bench = Bench::new(kind, sight, &[]);
        let is_over = bench.die_at(n).await;
        bench.run_for(2 * HOUR).await;
        check(&bench, &format!("died at poll {n} ({kind:?}, {sight:?})"));
        if is_over {
            // As many as steps that are written down; how many more there are, the machine's load says.
            assert!(n > 4, "an attempt has more awaits than {n}");
            return;
        }
    }
    panic!("the attempt never ended");
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_one_post_where_a_key_makes_a_repeat_harmless() {
    die_everywhere(Kind::Keyed, Sight::Clear, Bench::assert_delivered_once).await;
    die_everywhere(Kind::Keyed, Sight::Blind, Bench::assert_delivered_once).await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_one_post_where_the_platform_can_be_looked_at() {
    die_everywhere(Kind::Naive, Sight::Clear, Bench::assert_delivered_once).await;
    die_everywhere(Kind::Within, Sight::Clear, Bench::assert_delivered_once).await;
    die_everywhere(Kind::Within, Sight::Blind, Bench::assert_delivered_once).await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_anywhere_leaves_at_most_one_post_where_nobody_can_know() {
    die_everywhere(Kind::Naive, Sight::Blind, |bench, context| {
        let delivery = bench.delivery();
        assert!(bench.public() <= 1, "{context}: {delivery:?}");
        let in_doubt = delivery.reason == Some(ParkReason::InDoubt);
        let is_told = in_doubt || delivery.state == DeliveryState::Delivered;
        assert!(
            is_told && (in_doubt || bench.public() == 1),
            "{context}: {delivery:?}"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_delivery_under_which_the_process_died_three_times_parks_as_exhausted() {
    let bench = Bench::new(Kind::Keyed, Sight::Clear, &[]);
    let mut crashes = 0;
    // The claim is on disk once the row says so; nothing has been sent by then.
    for n in 0..60 {
        if crashes == 3 {
            break;
        }
        bench.die_at(n).await;
        if bench.delivery().state == DeliveryState::Sending && bench.sent() == 0 {
            crashes += 1;
        }
    }
    assert_eq!(crashes, 3);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::Exhausted);
    assert_eq!(bench.public(), 0);
}
