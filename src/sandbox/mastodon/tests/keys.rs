//! What a repeat does, in either version.

use std::time::Duration;

use serde_json::json;

use crate::sandbox::MastodonVersion;
use crate::sandbox::accounts::MASTODON_BOB;
use crate::sandbox::mastodon::tests::STATUSES;
use crate::sandbox::mastodon::tests::check_refused;
use crate::sandbox::mastodon::tests::id;
use crate::sandbox::mastodon::tests::keyed;
use crate::sandbox::mastodon::tests::status;
use crate::sandbox::mastodon::tests::world;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::World;

#[tokio::test(start_paused = true)]
async fn version_4_5_answers_a_repeat_with_the_original() {
    let world = world(MastodonVersion::V4_5);
    let first = id(&world.ask(keyed()).await);
    let other_text = status(&json!({"status": "other"})).header("Idempotency-Key", "a key");
    assert_eq!(id(&world.ask(other_text).await), first);
    assert_eq!(world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn version_4_5_posts_twice_if_the_first_still_runs() {
    let world = world(MastodonVersion::V4_5);
    let (first, second) = tokio::join!(
        world.ask(keyed().slowly(Duration::from_secs(5))),
        world.ask(keyed().slowly(Duration::from_secs(1))),
    );
    assert_ne!(id(&first), id(&second));
    assert_eq!(world.posts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_forgotten_after_an_hour() {
    let world = world(MastodonVersion::V4_5);
    world.ask(keyed()).await;
    tokio::time::advance(Duration::from_secs(3_599)).await;
    world.ask(keyed()).await;
    assert_eq!(world.posts().len(), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    world.ask(keyed()).await;
    assert_eq!(world.posts().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn version_4_6_answers_a_repeat_with_a_bare_500() {
    let world = world(MastodonVersion::V4_6);
    world.ask(keyed()).await;
    let repeat = world.ask(keyed()).await;
    check_refused(&repeat, 500, "Internal Server Error");
    assert_eq!(world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn version_4_6_lets_a_repeat_wait_for_the_first() {
    let world = world(MastodonVersion::V4_6);
    let (first, second) = tokio::join!(
        world.ask(keyed().slowly(Duration::from_secs(5))),
        world.ask(keyed()),
    );
    assert_eq!((first.status, second.status), (200, 500));
    assert_eq!(world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn version_4_6_waits_no_longer_than_ten_seconds() {
    let world = world(MastodonVersion::V4_6);
    let (first, second) = tokio::join!(
        world.ask(keyed().slowly(Duration::from_secs(11))),
        world.ask(keyed()),
    );
    assert_eq!((first.status, second.status), (200, 503));
    assert_eq!(world.posts().len(), 1);
}

#[tokio::test]
async fn a_refused_status_keeps_no_key_and_keys_belong_to_an_account() {
    let world = World::ordinary();
    let empty = status(&json!({"status": " "})).header("Idempotency-Key", "a key");
    assert_eq!(world.ask(empty).await.status, 422);
    world.ask(keyed()).await;
    let bob = Ask::post(STATUSES)
        .bearer(MASTODON_BOB.token)
        .json(&json!({"status": "hello"}))
        .header("Idempotency-Key", "a key");
    world.ask(bob).await;
    assert_eq!(world.posts().len(), 2);
}
