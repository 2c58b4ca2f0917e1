//! A host that is out of reach for an hour or more: its deliveries wait, and use up nothing.

use std::time::Duration;

use crate::delivery::tests::Act;
use crate::delivery::tests::Bench;
use crate::delivery::tests::Kind;
use crate::delivery::tests::Sight;
use crate::outbox::state::DeliveryState;
use crate::publish::Cause;
use crate::publish::PublishError;

const POSTS: i64 = 5;

#[tokio::test(start_paused = true)]
async fn after_an_outage_of_hours_every_post_goes_out_with_all_its_attempts() {
    let out_of_reach = PublishError::Unavailable(Cause::new("cannot connect"));
    let outage = vec![Act::Fail(out_of_reach); 100];
    let bench = Bench::new(Kind::Naive, Sight::Clear, &outage);
    for _ in 1..POSTS {
        bench.enqueue(None);
    }
    bench.run_for(Duration::from_hours(1)).await;
    assert_eq!(
        bench.public(),
        0,
        "the outage is over too early for this test"
    );
    bench.run_for(Duration::from_hours(4)).await;
    assert_eq!(bench.public(), 5);
    for number in 1..=POSTS {
        let post = bench.plan.door.at_once(|outbox| outbox.post(number));
        let delivery = post.unwrap().deliveries.remove(0);
        assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
        assert_eq!(delivery.attempts, 1, "{delivery:?}");
    }
}
