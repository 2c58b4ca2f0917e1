//! What follows an answer that was lost, refused, or never came.

use std::time::Duration;

use jiff::Timestamp;

use crate::delivery::tests::Act;
use crate::delivery::tests::Bench;
use crate::delivery::tests::HOUR;
use crate::delivery::tests::Kind;
use crate::delivery::tests::START;
use crate::delivery::tests::Sight;
use crate::outbox::decide::Judgement;
use crate::outbox::decide::WhichParked;
use crate::outbox::state::DeliveryState;
use crate::outbox::state::ParkReason;
use crate::post::account_name::AccountName;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_looked_at_before_anything_is_sent_again() {
    let bench = Bench::new(Kind::Naive, Sight::Clear, &[Act::Lose]);
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the answer was lost");
    assert_eq!(bench.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_absent_post_counts_as_absent_only_after_the_server_has_settled() {
    let bench = Bench::new(Kind::Naive, Sight::Clear, &[Act::LoseWithoutActing]);
    bench.run_for(Duration::from_secs(25)).await;
    assert_eq!(
        (bench.sent(), bench.delivery().state),
        (1, DeliveryState::Queued)
    );
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("the first sending did nothing");
    assert_eq!(bench.sent(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_the_window_of_a_key_a_blind_platform_leaves_the_post_in_doubt() {
    let bench = Bench::new(Kind::Within, Sight::Blind, &[Act::Lose]);
    bench.run_for(Duration::ZERO).await;
    tokio::time::advance(2 * HOUR).await;
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!((bench.sent(), bench.public()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dead_token_after_a_lost_answer_parks_as_in_doubt_and_not_as_login_needed() {
    let login = PublishError::LoginNeeded(Cause::answered(401, "revoked"));
    let script = [Act::Lose, Act::Fail(login)];
    let bench = Bench::new(Kind::Within, Sight::Blind, &script);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
}

#[tokio::test(start_paused = true)]
async fn a_refused_repeat_means_to_look_and_never_refused() {
    let refused = PublishError::Refused(Cause::answered(422, "already attached"));
    let script = [Act::Lose, Act::Fail(refused)];
    let bench = Bench::new(Kind::Within, Sight::Blind, &script);
    bench.run_for(Duration::from_secs(20)).await;
    assert_eq!(bench.sent(), 1);
    bench.run_for(HOUR).await;
    // The repeat was refused; a blind look cannot tell what became of the first.
    assert_eq!(bench.sent(), 2);
    bench.assert_parked(ParkReason::InDoubt);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_through_the_whole_schedule_is_looked_at_and_parks_as_exhausted() {
    let failed = PublishError::Unclear {
        cause: Cause::answered(503, "busy"),
        server: Server::Done,
    };
    let script = [0; 5].map(|_| Act::Fail(failed.clone()));
    let bench = Bench::new(Kind::Naive, Sight::Clear, &script);
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::Exhausted);
    assert_eq!((bench.sent(), bench.delivery().attempts), (4, 4));
    // And out again: the fifth failure, then a success.
    let now = bench.plan.clock.now();
    bench
        .plan
        .door
        .at_once(|outbox| Ok(outbox.retry(&WhichParked::default(), now).unwrap()))
        .unwrap();
    bench.run_for(HOUR).await;
    bench.assert_delivered_once("retried from the parking lot");
}

#[tokio::test(start_paused = true)]
async fn a_cancel_while_in_doubt_looks_and_never_sends_again() {
    for (act, expected) in [
        (Act::Lose, DeliveryState::Delivered),
        (Act::LoseWithoutActing, DeliveryState::Cancelled),
    ] {
        let bench = Bench::new(Kind::Keyed, Sight::Clear, &[act]);
        bench.run_for(Duration::ZERO).await;
        bench.plan.door.at_once(|outbox| outbox.cancel(1)).unwrap();
        assert_eq!(bench.delivery().state, DeliveryState::Queued);
        bench.run_for(HOUR).await;
        assert_eq!((bench.delivery().state, bench.sent()), (expected, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_resolves_what_is_in_doubt() {
    let account: AccountName = "work".parse().unwrap();
    for (judgement, sent) in [
        (
            Judgement::Published {
                url: "https://example.com/1".to_owned(),
            },
            1,
        ),
        (Judgement::NotPublished, 2),
    ] {
        let bench = Bench::new(Kind::Naive, Sight::Blind, &[Act::LoseWithoutActing]);
        bench.run_for(HOUR).await;
        bench.assert_parked(ParkReason::InDoubt);
        let now = bench.plan.clock.now();
        bench
            .plan
            .door
            .at_once(|outbox| {
                outbox.resolve(1, &account, &judgement, now).unwrap();
                Ok(())
            })
            .unwrap();
        bench.run_for(HOUR).await;
        assert_eq!(
            (bench.delivery().state, bench.sent()),
            (DeliveryState::Delivered, sent)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_of_what_is_in_doubt_parks_again_where_nobody_can_tell() {
    let bench = Bench::new(Kind::Naive, Sight::Blind, &[Act::LoseWithoutActing]);
    bench.run_for(HOUR).await;
    let now = bench.plan.clock.now();
    bench
        .plan
        .door
        .at_once(|outbox| Ok(outbox.retry(&WhichParked::default(), now).unwrap()))
        .unwrap();
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::InDoubt);
    assert_eq!(bench.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_that_need_not_wait_leaves_open_what_became_of_the_sending_before_it() {
    let login = PublishError::LoginNeeded(Cause::answered(401, "revoked"));
    let script = [Act::LoseWithoutActing, Act::Fail(login)];
    let bench = Bench::new(Kind::Keyed, Sight::Clear, &script);
    bench.run_for(HOUR).await;
    // The look found nothing, but the server may still have been at work on the first.
    bench.assert_parked(ParkReason::InDoubt);
}

#[tokio::test(start_paused = true)]
async fn with_a_key_what_another_machine_publishes_during_a_wait_is_not_sent_again() {
    let limit = PublishError::WaitUntil {
        until: Timestamp::from_second(START + 7200).unwrap(),
        cause: Cause::answered(429, "slow down"),
    };
    let script = [Act::Fail(limit)];
    let bench = Bench::with_key(Some("v1"), Kind::Naive, Sight::Clear, &script);
    bench.run_for(Duration::ZERO).await;
    let key = bench.platform.sent.lock().unwrap()[0].clone();
    bench.platform.public.lock().unwrap().push(key);
    bench.run_for(3 * HOUR).await;
    bench.assert_delivered_once("another machine was faster");
    assert_eq!(bench.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_whose_every_answer_was_lost_says_why_it_is_parked() {
    let script = [0; 5].map(|_| Act::LoseWithoutActing);
    let bench = Bench::new(Kind::Naive, Sight::Clear, &script);
    bench.run_for(Duration::from_secs(20)).await;
    // It waits for the server to settle.
    assert_eq!(bench.delivery().error_kind.as_deref(), Some("unclear"));
    bench.run_for(HOUR).await;
    bench.assert_parked(ParkReason::Exhausted);
    let said = bench.delivery().error_message;
    assert!(
        said.as_deref()
            .is_some_and(|said| said.contains("nothing of it public")),
        "{said:?}"
    );
}
