//! What a look finds: the draft, or what became of it.

use serde_json::Value;
use serde_json::json;

use crate::config::blog::BlogState;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::tests::DRAFTS;
use crate::platforms::tumblr::tests::FETCH;
use crate::platforms::tumblr::tests::INFO;
use crate::platforms::tumblr::tests::POSTS;
use crate::platforms::tumblr::tests::QUEUE;
use crate::platforms::tumblr::tests::SLUG;
use crate::platforms::tumblr::tests::account_on;
use crate::platforms::tumblr::tests::page;
use crate::platforms::tumblr::tests::publisher_for;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::said;
use crate::platforms::tumblr::tests::text_post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Publisher;

/// When the publication whose answer was lost was sent: long ago for a list to lag behind, or not.
const LONG_AGO: &str = "2026-11-23T11:50:00Z";
const JUST_NOW: &str = "2026-11-23T11:59:30Z";

/// 2026-11-23T11:59:40Z, and a day before.
const AFTER: i64 = 1_795_435_180;
const BEFORE: i64 = AFTER - 86_400;

fn sent(at: &str) -> Delivery {
    Delivery::new(None)
        .with_done("create draft", &json!("10"))
        .with_unanswered("publish draft", at)
}

async fn look_in(
    state: BlogState,
    delivery: &Delivery,
    replies: &[(&'static str, Reply)],
) -> Result<Looked, PublishError> {
    let server = Server::new(replies.iter().cloned()).await;
    let publisher = publisher_for(TumblrAccount {
        state,
        ..account_on(&server)
    });
    publisher
        .look(&text_post("hello"), &delivery.attempt())
        .await
}

async fn look(
    delivery: &Delivery,
    replies: &[(&'static str, Reply)],
) -> Result<Looked, PublishError> {
    look_in(BlogState::Published, delivery, replies).await
}

fn in_state(state: &str) -> Reply {
    said(200, &json!({"id": "10", "state": state, "content": []}))
}

fn listed(id: &str, genesis: Option<&str>, slug: &str, timestamp: i64) -> Value {
    json!({"id": 1, "id_string": id, "genesis_post_id": genesis, "slug": slug,
           "state": "published", "timestamp": timestamp,
           "post_url": format!("https://me.tumblr.com/post/{id}/{slug}")})
}

#[track_caller]
fn assert_found(looked: Result<Looked, PublishError>, id: &str, url: Option<&str>) {
    let Ok(Looked::Found(published)) = looked else {
        panic!("{looked:?}");
    };
    assert_eq!(published.remote_id.as_deref(), Some(id));
    assert_eq!(published.url.as_deref(), url);
}

#[tokio::test]
async fn a_draft_that_is_still_one_was_not_published() {
    let looked = look(&sent(JUST_NOW), &[(FETCH, in_state("draft"))]).await;
    assert_eq!(looked, Ok(Looked::Absent));
}

#[tokio::test]
async fn where_no_state_is_told_the_list_of_drafts_tells() {
    let stateless = || said(200, &json!({"id": "10", "content": []}));
    let drafts = page(&[json!({"id": 10, "id_string": "10"})]);
    let looked = look(&sent(JUST_NOW), &[(FETCH, stateless()), (DRAFTS, drafts)]).await;
    assert_eq!(looked, Ok(Looked::Absent));
    let replies = [
        (FETCH, stateless()),
        (DRAFTS, page(&[])),
        (POSTS, page(&[])),
    ];
    assert_eq!(
        look(&sent(JUST_NOW), &replies).await,
        Ok(Looked::CannotTell)
    );
}

#[tokio::test]
async fn the_published_post_names_the_draft_that_it_was() {
    let posts = [
        listed("13", None, "other", AFTER),
        listed("12", Some("9"), "another", AFTER),
        listed("11", Some("10"), "a-slug-that-was-edited", AFTER),
    ];
    let looked = look(
        &sent(JUST_NOW),
        &[(FETCH, refused(404, 0)), (POSTS, page(&posts))],
    )
    .await;
    assert_found(looked, "11", Some("https://www.tumblr.com/me/11"));
}

#[tokio::test]
async fn without_the_drafts_name_the_slug_tells() {
    let posts = [listed("11", None, SLUG, AFTER)];
    let replies = [(FETCH, refused(404, 0)), (POSTS, page(&posts))];
    assert_found(
        look(&sent(JUST_NOW), &replies).await,
        "11",
        Some("https://www.tumblr.com/me/11"),
    );
    let only_in_address = json!({"id_string": "11", "timestamp": AFTER,
        "post_url": format!("https://me.tumblr.com/post/11/{SLUG}")});
    let replies = [(FETCH, refused(404, 0)), (POSTS, page(&[only_in_address]))];
    assert_found(
        look(&sent(JUST_NOW), &replies).await,
        "11",
        Some("https://www.tumblr.com/me/11"),
    );
}

#[tokio::test]
async fn a_slug_from_before_it_was_sent_is_not_ours() {
    let posts = [listed("11", None, SLUG, BEFORE)];
    let replies = [(FETCH, refused(404, 0)), (POSTS, page(&posts))];
    assert_eq!(
        look(&sent(LONG_AGO), &replies).await,
        Ok(Looked::CannotTell)
    );
}

#[tokio::test]
async fn a_post_of_another_delivery_is_not_ours() {
    let mut delivery = sent(LONG_AGO);
    delivery.taken.push("11".to_owned());
    let posts = [listed("11", None, SLUG, AFTER)];
    let replies = [(FETCH, refused(404, 0)), (POSTS, page(&posts))];
    assert_eq!(look(&delivery, &replies).await, Ok(Looked::CannotTell));
}

#[tokio::test]
async fn a_list_may_lag_behind_for_some_minutes_and_then_nobody_can_tell() {
    let replies = [(FETCH, refused(404, 0)), (POSTS, page(&[]))];
    let looked = look(&sent(JUST_NOW), &replies).await;
    assert!(
        matches!(looked, Err(PublishError::Unclear { .. })),
        "{looked:?}"
    );
    assert_eq!(
        look(&sent(LONG_AGO), &replies).await,
        Ok(Looked::CannotTell)
    );
}

#[tokio::test]
async fn pages_are_read_until_they_are_too_old_and_a_pinned_post_does_not_count() {
    let mut pinned = listed("1", None, "pinned", BEFORE);
    pinned["is_pinned"] = json!(true);
    let newer = |first: usize| -> Vec<Value> {
        let ids = first..first + 20;
        ids.map(|id| listed(&id.to_string(), None, "other", AFTER))
            .collect()
    };
    let mut first = newer(100);
    first[0] = pinned;
    let mut last = newer(200);
    last[19] = listed("99", None, "old", BEFORE);
    let replies = [
        (FETCH, refused(404, 0)),
        (POSTS, page(&first)),
        (POSTS, page(&newer(150))),
        (POSTS, page(&last)),
    ];
    assert_eq!(
        look(&sent(LONG_AGO), &replies).await,
        Ok(Looked::CannotTell)
    );
}

#[tokio::test]
async fn a_queued_post_keeps_the_drafts_name_or_is_found_in_the_queue() {
    let looked = look_in(
        BlogState::Queue,
        &sent(JUST_NOW),
        &[(FETCH, in_state("queued"))],
    )
    .await;
    assert_found(looked, "10", None);
    let queue = page(&[listed("11", None, SLUG, 0)]);
    let queue = match queue {
        Reply::Answer {
            status,
            headers,
            body,
        } => Reply::Answer {
            status,
            headers,
            // What waits has no time of publication.
            body: String::from_utf8(body)
                .unwrap()
                .replace("\"timestamp\":0", "\"timestamp\":null")
                .into_bytes(),
        },
        other => other,
    };
    let replies = [(FETCH, refused(404, 0)), (QUEUE, queue)];
    assert_found(
        look_in(BlogState::Queue, &sent(JUST_NOW), &replies).await,
        "11",
        None,
    );
}

#[tokio::test]
async fn a_part_of_the_api_that_is_closed_tells_nothing_and_a_dead_token_is_told() {
    let looked = look(&sent(JUST_NOW), &[(FETCH, refused(403, 0))]).await;
    assert_eq!(looked, Ok(Looked::CannotTell));
    let looked = look(&sent(JUST_NOW), &[(FETCH, refused(401, 0))]).await;
    assert!(
        matches!(looked, Err(PublishError::LoginNeeded(_))),
        "{looked:?}"
    );
}

#[tokio::test]
async fn with_a_key_the_post_of_another_machine_is_found_by_its_slug() {
    let blog = || said(200, &json!({"blog": {"uuid": "t:me"}}));
    let looked = look(
        &Delivery::new(Some("release-1")),
        &[(INFO, blog()), (POSTS, page(&[]))],
    )
    .await;
    assert_eq!(looked, Ok(Looked::Absent));
    let ours = listed("11", None, "d09e7304d202e33ec27569f3e3db3e66", AFTER);
    let looked = look(
        &Delivery::new(Some("release-1")),
        &[(INFO, blog()), (POSTS, page(&[ours]))],
    )
    .await;
    assert_found(looked, "11", Some("https://www.tumblr.com/me/11"));
}

#[tokio::test]
async fn with_a_key_a_waiting_draft_does_not_hide_what_another_machine_has_published() {
    let delivery = Delivery::new(Some("release-1"))
        .with_done(
            "compose",
            &json!({"slug": SLUG, "tags": "", "state": "published", "text": []}),
        )
        .with_done("create draft", &json!("10"))
        .with_unanswered("publish draft", JUST_NOW);
    let posts = [listed("11", Some("7"), SLUG, AFTER)];
    let replies = [(FETCH, in_state("draft")), (POSTS, page(&posts))];
    assert_found(
        look(&delivery, &replies).await,
        "11",
        Some("https://www.tumblr.com/me/11"),
    );
    let replies = [(FETCH, in_state("draft")), (POSTS, page(&[]))];
    assert_eq!(look(&delivery, &replies).await, Ok(Looked::Absent));
}
