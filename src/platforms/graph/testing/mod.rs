//! What the tests of Instagram, Threads and Facebook share: Graph's answers, and a check that every
//! request is one that [`specification`] knows and carries the token where it belongs.

mod credentials;
mod specification;

use std::borrow::Cow;

use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::platforms::graph::testing::credentials::carries_secrets;
use crate::platforms::graph::testing::specification::assert_specified;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Received;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;

pub(crate) const TOKEN: &str = "token-that-stays-secret";

/// When the publication whose answer was lost was sent.
pub(crate) const SENT_AT: &str = "2026-11-23T11:50:00Z";

/// A time at which ours may have been made, and one at which it cannot.
pub(crate) const AFTER: &str = "2026-11-23T11:50:01+0000";
pub(crate) const BEFORE: &str = "2026-11-23T11:45:00+0000";

pub(crate) fn id(id: &str) -> Reply {
    json_reply(200, &json!({"id": id}))
}

pub(crate) fn refused(status: u16, code: i64, subcode: i64) -> Reply {
    let error = json!({"message": "No", "type": "OAuthException", "code": code,
                       "error_subcode": subcode, "fbtrace_id": "Az"});
    json_reply(status, &json!({"error": error}))
}

pub(crate) fn page(posts: &[Value]) -> Reply {
    json_reply(
        200,
        &json!({"data": posts, "paging": {"cursors": {"after": "end"}}}),
    )
}

/// A page after which there is another one.
pub(crate) fn page_before(cursor: &str, posts: &[Value]) -> Reply {
    let next = "https://graph.example/?access_token=x";
    let paging = json!({"cursors": {"after": cursor}, "next": next});
    json_reply(200, &json!({"data": posts, "paging": paging}))
}

pub(crate) fn quota(used: u64, total: u64) -> Reply {
    let config = json!({"quota_total": total, "quota_duration": 86_400});
    json_reply(
        200,
        &json!({"data": [{"config": config, "quota_usage": used}]}),
    )
}

/// Returns what a form or a query says, in order.
pub(crate) fn fields(form: &str) -> Vec<(String, String)> {
    let pairs = form_urlencoded::parse(form.as_bytes());
    pairs
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Returns the value of `name` in the query of a request.
pub(crate) fn asked(received: &Received, name: &str) -> Option<String> {
    let (_, query) = received.line.split_once('?')?;
    let found = fields(query).into_iter().find(|(field, _)| field == name);
    found.map(|(_, value)| value)
}

#[track_caller]
pub(crate) fn assert_form(received: &Received, expected: &[(&str, &str)]) {
    let form = fields(&received.text());
    let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(form, expected);
}

/// Makes an attempt at `post`, each request of which has to be specified.
pub(crate) async fn publish(
    server: &Server,
    publisher: &dyn Publisher,
    post: &Post,
    delivery: &Delivery,
) -> Result<Published, PublishError> {
    let published = publisher.publish(post, &delivery.attempt()).await;
    assert_proper(server, publisher.platform());
    if let Err(error) = &published {
        assert_silent(&format!("{error} {error:?}"));
    }
    published
}

/// Looks for `post` by requests that have to be specified.
pub(crate) async fn look(
    server: &Server,
    publisher: &dyn Publisher,
    post: &Post,
    delivery: &Delivery,
) -> Result<Looked, PublishError> {
    let looked = publisher.look(post, &delivery.attempt()).await;
    assert_proper(server, publisher.platform());
    looked
}

/// Asserts that every request is specified, and has its token in the head and nowhere else, but where
/// it is documented to be elsewhere.
#[track_caller]
pub(crate) fn assert_proper(server: &Server, platform: Platform) {
    for received in server.requests() {
        assert_specified(platform, &received);
        if carries_secrets(&received.line) {
            assert_eq!(received.header("authorization"), "");
            continue;
        }
        assert!(
            !received.line.contains("token=")
                || received.line.contains("/debug_token?input_token="),
            "{}",
            received.line
        );
        let authorization = received.header("authorization");
        assert_eq!(authorization, format!("Bearer {TOKEN}"));
    }
}

/// Asserts that `words` have no secret.
#[track_caller]
fn assert_silent(words: &str) {
    for secret in [TOKEN, "X-Amz-Signature=0a1b2c", "X-Amz-Signature%3D0a1b2c"] {
        assert!(!words.contains(secret), "{words}");
    }
}

/// Returns in a word what an attempt or a look ended in.
pub(crate) fn ended<T: std::fmt::Debug>(result: Result<T, PublishError>) -> Cow<'static, str> {
    match result {
        Err(PublishError::Refused(_)) => "refused".into(),
        Err(PublishError::LoginNeeded(_)) => "login".into(),
        Err(PublishError::WaitUntil { .. }) => "wait".into(),
        Err(PublishError::Unclear { .. }) => "unclear".into(),
        Err(PublishError::Stale { steps, .. }) => format!("again {}", steps.join(", ")).into(),
        other => format!("{other:?}").into(),
    }
}
