//! Looks that cannot see: what may follow depends on whether the server honours the key.

use serde_json::json;

use crate::platforms::mastodon::tests::looks::INSTANCE;
use crate::platforms::mastodon::tests::looks::PAGE;
use crate::platforms::mastodon::tests::looks::VERIFY;
use crate::platforms::mastodon::tests::looks::assert_found;
use crate::platforms::mastodon::tests::looks::look;
use crate::platforms::mastodon::tests::looks::mastodon;
use crate::platforms::mastodon::tests::looks::me;
use crate::platforms::mastodon::tests::looks::page;
use crate::platforms::mastodon::tests::looks::sent;
use crate::platforms::mastodon::tests::looks::source;
use crate::platforms::mastodon::tests::looks::status;
use crate::platforms::mastodon::tests::text_post;
use crate::platforms::testing::server::json_reply;
use crate::post::post::Visibility;
use crate::publish::Looked;

#[tokio::test]
async fn a_status_that_cannot_be_read_leaves_it_open() {
    let unreadable = json!({"id": "11", "created_at": "yesterday", "media_attachments": []});
    let old = status("10", "2026-11-22T09:00:00.000Z", "");
    for odd in [unreadable, json!({"id": "../x"}), json!(null)] {
        let replies = [me(), page(&[odd, old.clone()]), mastodon()];
        let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
        assert_eq!(looked, Ok(Looked::CannotTell));
    }
}

#[tokio::test]
async fn a_token_that_may_not_read_cannot_tell() {
    let said = json!({"error": "This action is outside the authorized scopes"});
    let forbidden = || json_reply(403, &said);
    for mut replies in [vec![(VERIFY, forbidden())], vec![me(), (PAGE, forbidden())]] {
        replies.push(mastodon());
        let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
        assert_eq!(looked, Ok(Looked::CannotTell));
    }
}

#[tokio::test]
async fn a_private_status_is_absent_only_where_it_would_be_listed() {
    let mut post = text_post("hello");
    post.visibility = Some(Visibility::Private);
    for (instance, looked) in [
        (
            json_reply(200, &json!({"api_versions": {"mastodon": 11}})),
            Looked::Absent,
        ),
        (
            json_reply(200, &json!({"version": "3.0"})),
            Looked::MustNotRepeat,
        ),
        (json_reply(404, &json!({})), Looked::MustNotRepeat),
    ] {
        let mut replies = vec![me(), page(&[]), (INSTANCE, instance.clone())];
        replies.extend((looked == Looked::MustNotRepeat).then_some((INSTANCE, instance)));
        assert_eq!(look(&sent(), &post, &replies, &[]).await, Ok(looked));
    }
}

#[tokio::test]
async fn an_account_that_posts_privately_by_default_is_no_exception() {
    let me = json!({"id": "9", "source": {"privacy": "private"}});
    let replies = [
        (VERIFY, json_reply(200, &me)),
        page(&[]),
        (INSTANCE, json_reply(404, &json!({}))),
        (INSTANCE, json_reply(404, &json!({}))),
    ];
    let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
    assert_eq!(looked, Ok(Looked::MustNotRepeat));
}

#[tokio::test]
async fn an_old_time_on_a_boost_does_not_end_the_window() {
    let newer = status("12", "2026-11-23T11:59:50.000Z", "");
    let mut boost = status("11", "2026-11-22T09:00:00.000Z", "");
    boost["reblog"] = json!({"id": "5"});
    let ours = status("10", "2026-11-23T11:59:31.000Z", "<p>hello</p>");
    let replies = [me(), page(&[newer, boost]), page(&[ours]), page(&[])];
    let sources = [source("12", "other"), source("10", "hello")];
    let looked = look(&sent(), &text_post("hello"), &replies, &sources).await;
    assert_found(looked, "10");
}

#[tokio::test]
async fn a_server_that_may_ignore_the_key_is_never_sent_a_repeat_blindly() {
    let said = json!({"error": "This action is outside the authorized scopes"});
    for described in [json!({"version": "2.75"}), json!("odd"), json!({})] {
        let instance = (INSTANCE, json_reply(200, &described));
        let replies = [me(), (PAGE, json_reply(403, &said)), instance];
        let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
        assert_eq!(looked, Ok(Looked::MustNotRepeat));
    }
}

#[tokio::test]
async fn a_server_whose_kind_cannot_be_read_is_looked_at_again() {
    let said = json!({"error": "This action is outside the authorized scopes"});
    let instance = (INSTANCE, json_reply(503, &json!({})));
    let replies = [me(), (PAGE, json_reply(403, &said)), instance];
    let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
    assert!(looked.is_err(), "{looked:?}");
}
