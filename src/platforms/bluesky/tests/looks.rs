//! What a look finds under our own key.

use serde_json::json;

use crate::platforms::bluesky::tests::DID;
use crate::platforms::bluesky::tests::GET;
use crate::platforms::bluesky::tests::LOG_IN;
use crate::platforms::bluesky::tests::RKEY;
use crate::platforms::bluesky::tests::composed;
use crate::platforms::bluesky::tests::error;
use crate::platforms::bluesky::tests::publisher;
use crate::platforms::bluesky::tests::ready;
use crate::platforms::bluesky::tests::session;
use crate::platforms::bluesky::tests::text_post;
use crate::platforms::bluesky::tests::uri;
use crate::platforms::bluesky::tid::derived;
use crate::platforms::fingerprint::fingerprint;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Publisher;

async fn look(delivery: &Delivery, reply: Reply) -> Result<Looked, PublishError> {
    let server = Server::new([(LOG_IN, session(1)), (GET, reply.clone())]).await;
    if matches!(reply, Reply::HangUp) {
        server.expect(GET, reply);
    }
    let looked = publisher(&server)
        .look(&text_post("hello"), &delivery.attempt())
        .await;
    let asked = &server.received(GET)[0];
    let query = asked.line.split_once('?').unwrap().1;
    let prefix = format!(
        "repo={}&collection=app.bsky.feed.post&rkey=",
        DID.replace(':', "%3A")
    );
    assert!(query.starts_with(&prefix), "{query}");
    looked
}

fn doubtful() -> Delivery {
    ready().with_unanswered("put record", NOW)
}

#[tokio::test]
async fn a_record_under_our_key_is_ours() {
    let there = json_reply(200, &json!({"uri": uri(RKEY), "cid": "bafy", "value": {}}));
    let Ok(Looked::Found(published)) = look(&doubtful(), there).await else {
        panic!("not found");
    };
    assert_eq!(published.remote_id, Some(uri(RKEY)));
    assert_eq!(
        published.url,
        Some(format!("https://bsky.app/profile/{DID}/post/{RKEY}"))
    );
}

#[tokio::test]
async fn no_record_under_our_key_is_none_of_ours() {
    let no = error(400, "RecordNotFound", "Could not locate record");
    assert_eq!(look(&doubtful(), no).await, Ok(Looked::Absent));
}

#[tokio::test]
async fn a_look_that_fails_is_an_error_and_no_absence() {
    for reply in [
        error(400, "InvalidRequest", "Could not find repo"),
        error(500, "InternalServerError", ""),
        error(429, "RateLimitExceeded", ""),
        text_reply(404, "text/html", "<html>"),
        text_reply(200, "text/html", "<html>"),
        json_reply(200, &json!({"uri": uri("3aaaaaaaaaaaa")})),
        Reply::HangUp,
    ] {
        let looked = look(&doubtful(), reply).await;
        assert!(looked.is_err(), "{looked:?}");
    }
}

#[tokio::test]
async fn with_a_key_what_another_machine_has_put_is_found() {
    let key = derived(fingerprint(&["key", "release-1", "bluesky", DID]));
    let there = json_reply(200, &json!({"uri": uri(&key), "cid": "bafy", "value": {}}));
    let Ok(Looked::Found(published)) = look(&Delivery::new(Some("release-1")), there).await else {
        panic!("not found");
    };
    assert_eq!(published.remote_id, Some(uri(&key)));
}

#[tokio::test]
async fn without_a_key_and_a_composed_record_nothing_was_sent() {
    let server = Server::new([(LOG_IN, session(1))]).await;
    let delivery = Delivery::new(None);
    let looked = publisher(&server)
        .look(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(looked, Ok(Looked::Absent));
}

#[tokio::test]
async fn a_record_that_belongs_to_another_delivery_is_not_ours() {
    let server = Server::new([(LOG_IN, session(1))]).await;
    let mut delivery = doubtful();
    delivery.taken = vec![uri(RKEY)];
    let looked = publisher(&server)
        .look(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(looked, Ok(Looked::CannotTell));
}

#[tokio::test]
async fn a_record_of_another_account_is_not_looked_for_in_this_one_and_never_sent_to_it() {
    let server = Server::new([(LOG_IN, session(1))]).await;
    let mut elsewhere = composed(NOW);
    elsewhere["repo"] = json!("did:plc:other");
    let delivery = || Delivery::new(None).with_done("compose", &elsewhere);
    let publisher = publisher(&server);
    let (post, doubtful) = (
        text_post("hello"),
        delivery().with_unanswered("put record", NOW),
    );
    let looked = publisher.look(&post, &doubtful.attempt()).await;
    let Err(PublishError::Refused(cause)) = looked else {
        panic!("{looked:?}");
    };
    assert_eq!(
        cause.message,
        format!("the account was `did:plc:other` then, and is `{DID}` now")
    );
    // What was never sent is composed anew.
    let published = publisher.publish(&post, &delivery().attempt()).await;
    let Err(PublishError::Stale { steps, .. }) = published else {
        panic!("{published:?}");
    };
    assert_eq!(steps, ["card", "compose"]);
}
