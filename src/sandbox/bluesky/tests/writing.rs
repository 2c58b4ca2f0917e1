//! Writing once, twice, and over something else.

use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::BLUESKY_ALICE;
use crate::sandbox::bluesky::POSTS;
use crate::sandbox::bluesky::cid;
use crate::sandbox::bluesky::tests::RKEY;
use crate::sandbox::bluesky::tests::Session;
use crate::sandbox::bluesky::tests::check_refused;
use crate::sandbox::bluesky::tests::post;
use crate::sandbox::bluesky::tests::post_with;
use crate::sandbox::bluesky::tests::request;
use crate::sandbox::testing::Ask;

#[tokio::test(start_paused = true)]
async fn the_same_record_put_again_changes_nothing() {
    let session = Session::begin().await;
    let first = session
        .put_swapping(&post("hello"), Value::Null)
        .await
        .json();
    assert!(first["commit"]["rev"].is_string());
    assert_eq!(first["validationStatus"], "valid");
    let reordered: Value = serde_json::from_str(
        r#"{"createdAt": "2026-11-23T10:00:00.000Z", "text": "hello", "$type": "app.bsky.feed.post"}"#,
    )
    .unwrap();
    for again in [
        session.put_swapping(&post("hello"), Value::Null).await,
        session.put(&post("hello")).await,
        session.put(&reordered).await,
    ] {
        assert_eq!(again.status, 200);
        assert_eq!(again.json()["uri"], first["uri"]);
        assert_eq!(again.json()["cid"], first["cid"]);
        assert_eq!(again.json().get("commit"), None);
    }
    assert_eq!(session.world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_record_is_refused_where_none_may_be_and_overwrites_otherwise() {
    let session = Session::begin().await;
    let cid = session.put(&post("one")).await.json()["cid"].clone();
    let refused = session.put_swapping(&post("two"), Value::Null).await;
    let words = format!("Record was at {}", cid.as_str().unwrap());
    check_refused(&refused, 400, "InvalidSwap", &words);
    assert_eq!(session.world.posts()[0]["text"], "one");
    assert_eq!(session.put(&post("two")).await.status, 200);
    assert_eq!(session.world.posts()[0]["text"], "two");
    let late = session.put_swapping(&post("three"), cid).await;
    check_refused(&late, 400, "InvalidSwap", "Record was at");
    assert_eq!(session.world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn creating_under_a_used_key_is_a_bare_500() {
    let session = Session::begin().await;
    let body = request(RKEY, &post("one"));
    assert_eq!(session.call("createRecord", &body).await.status, 200);
    for record in [post("one"), post("two")] {
        let told = session.call("createRecord", &request(RKEY, &record)).await;
        check_refused(&told, 500, "InternalServerError", "Internal Server Error");
    }
    assert_eq!(session.world.posts()[0]["text"], "one");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_swap_commit_is_refused() {
    let session = Session::begin().await;
    let head = session.put(&post("one")).await.json()["commit"]["cid"].clone();
    let mut body = request("3lbxyzabcdef3", &post("two"));
    body["swapCommit"] = json!(cid::of_bytes(b"other"));
    let told = session.call("putRecord", &body).await;
    check_refused(&told, 400, "InvalidSwap", "Commit was at");
    body["swapCommit"] = head;
    assert_eq!(session.call("putRecord", &body).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_record_is_missing_and_putting_it_brings_it_back() {
    let session = Session::begin().await;
    session.put(&post("hello")).await;
    assert_eq!(session.get().await.json()["value"]["text"], "hello");
    let body = json!({"repo": BLUESKY_ALICE.did, "collection": POSTS, "rkey": RKEY});
    assert_eq!(session.call("deleteRecord", &body).await.status, 200);
    check_refused(
        &session.get().await,
        400,
        "RecordNotFound",
        "Could not locate record",
    );
    let again = session.call("deleteRecord", &body).await;
    assert_eq!((again.status, again.text.as_str()), (200, "{}"));
    assert!(session.put(&post("hello")).await.json()["commit"].is_object());
    assert_eq!(session.world.posts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn misspelt_requests_and_keys_are_refused() {
    let session = Session::begin().await;
    let mut body = request(RKEY, &post("hello"));
    body["swaprecord"] = Value::Null;
    let told = session.call("putRecord", &body).await;
    check_refused(&told, 400, "InvalidRequest", "\"swaprecord\"");
    let told = session
        .call("putRecord", &request("hello", &post("hello")))
        .await;
    check_refused(&told, 400, "InvalidRequest", "Invalid TID string");
    let told = session
        .put(&post_with("$type", json!("app.bsky.feed.like")))
        .await;
    check_refused(&told, 400, "InvalidRequest", "Invalid $type");
    let verb = Ask::get("/xrpc/com.atproto.repo.putRecord");
    let told = session.world.ask(verb).await;
    check_refused(
        &told,
        400,
        "InvalidRequest",
        "Incorrect HTTP method (GET) expected POST",
    );
    let unknown = session
        .world
        .ask(Ask::get("/xrpc/app.bsky.feed.getPosts"))
        .await;
    check_refused(&unknown, 501, "MethodNotImplemented", "");
    let told = session.call("applyWrites", &json!({})).await;
    check_refused(&told, 501, "MethodNotImplemented", "");
}
