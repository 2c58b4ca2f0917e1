//! Cancel after dying anywhere: `cancelled` is said of what is not public, and of nothing else.

use std::sync::Arc;

use crate::delivery::tests::Bench;
use crate::delivery::tests::HOUR;
use crate::delivery::tests::Kind;
use crate::delivery::tests::Sight;
use crate::outbox::Outbox;
use crate::outbox::claim::Scope;
use crate::outbox::sender_lock::SenderLock;
use crate::outbox::sender_lock::Taken;
use crate::outbox::state::DeliveryState;

/// How many posts are cancelled while others are sent.
const RACES: i64 = 120;

/// When the user cancels.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// While the row still says `sending`.
    BeforeItIsPutBack,
    /// As `hayon cancel` does while nobody sends.
    AfterItIsPutBack,
}

fn cancel(bench: &Bench, moment: Moment) {
    let plan = &bench.plan;
    if let Moment::AfterItIsPutBack = moment {
        let taken = SenderLock::take(&plan.outbox_path, "test").unwrap();
        let Taken::Ours(lock) = taken else {
            panic!("the lock of a dead sender is free");
        };
        let put_back = plan.door.at_once(|outbox| {
            let id = outbox.become_sender(&lock)?;
            outbox.recover_interrupted(&id, Scope::Everything, plan.clock.now())
        });
        put_back.unwrap();
    }
    plan.door.at_once(|outbox| outbox.cancel(1)).unwrap();
}

async fn cancel_everywhere(kind: Kind, moment: Moment) {
    for n in 0..400 {
        let bench = Bench::new(kind, Sight::Clear, &[]);
        let is_over = bench.die_at(n).await;
        cancel(&bench, moment);
        bench.run_for(2 * HOUR).await;
        let expected = match bench.public() {
            0 => DeliveryState::Cancelled,
            _ => DeliveryState::Delivered,
        };
        let delivery = bench.delivery();
        assert_eq!(
            delivery.state, expected,
            "died at poll {n} ({kind:?}, {moment:?}): {delivery:?}"
        );
        assert!(bench.public() <= 1, "died at poll {n} ({kind:?})");
        if is_over {
            return;
        }
    }
    panic!("the attempt never ended");
}

#[tokio::test(start_paused = true)]
async fn what_is_cancelled_after_a_crash_anywhere_is_cancelled_only_if_it_is_not_public() {
    for kind in [Kind::Keyed, Kind::Naive] {
        cancel_everywhere(kind, Moment::BeforeItIsPutBack).await;
        cancel_everywhere(kind, Moment::AfterItIsPutBack).await;
    }
}

#[tokio::test(start_paused = true)]
async fn cancels_that_race_with_a_sender_are_never_sent_and_the_others_are_sent_once() {
    let bench = Bench::new(Kind::Naive, Sight::Clear, &[]);
    for _ in 1..RACES {
        bench.enqueue(None);
    }
    let (path, platform) = (bench.plan.outbox_path.clone(), Arc::clone(&bench.platform));
    let cancels = std::thread::spawn(move || {
        while platform.sent.lock().unwrap().is_empty() {
            std::thread::yield_now();
        }
        let mut outbox = Outbox::open(&path).unwrap();
        // From the other end: the sender begins with the first.
        for number in (1..=RACES).rev() {
            outbox.cancel(number).unwrap();
        }
    });
    bench.run_for(HOUR).await;
    cancels.join().unwrap();
    bench.run_for(HOUR).await;
    let mut delivered = 0;
    for number in 1..=RACES {
        let post = bench.plan.door.at_once(|outbox| outbox.post(number));
        match post.unwrap().deliveries[0].state {
            DeliveryState::Delivered => delivered += 1,
            state => assert_eq!(state, DeliveryState::Cancelled, "post {number}"),
        }
    }
    assert_eq!((bench.sent(), bench.public()), (delivered, delivered));
    assert!(delivered > 0, "nothing was sent");
}
