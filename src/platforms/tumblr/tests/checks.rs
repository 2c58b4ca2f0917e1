//! The checkup of an account.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::http::Http;
use crate::platforms::testing::NOW;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::session_store;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::check::check;
use crate::platforms::tumblr::tests::LIMITS;
use crate::platforms::tumblr::tests::account_on;
use crate::platforms::tumblr::tests::page;
use crate::platforms::tumblr::tests::refused;
use crate::platforms::tumblr::tests::said;

const USER: &str = "GET /v2/user/info";

const ANYTHING: &str = "ok limits: 900000 code points, 30 pictures of at most 19.0 MiB";

fn user(blogs: &Value) -> Reply {
    said(200, &json!({"user": {"name": "me", "blogs": blogs}}))
}

fn left(remaining: u64) -> Reply {
    said(200, &json!({"user": {"posts": {"remaining": remaining}}}))
}

/// Returns each finding as `grade subject: message`, for an account with this blog.
async fn findings(blog: &str, replies: &[(&str, Reply)]) -> Vec<String> {
    let server = Server::new(replies.iter().cloned()).await;
    let account = TumblrAccount {
        blog: blog.to_owned(),
        ..account_on(&server)
    };
    let clock = Clock::paused(NOW.parse().unwrap());
    let checkup = check(&Arc::new(Http::new()), &session_store(), account, &clock).await;
    let findings = checkup.findings.iter();
    findings
        .map(|it| format!("{} {}: {}", it.grade.name(), it.subject, it.message))
        .collect()
}

#[tokio::test]
async fn an_account_that_is_in_order_says_so() {
    let blogs = json!([{"name": "me", "uuid": "t:me", "url": "https://www.example.com/"}]);
    for blog in ["me", "me.tumblr.com", "t:me", "www.example.com"] {
        let posts = format!("GET /v2/blog/{blog}/posts");
        let replies = [(USER, user(&blogs)), (&posts, page(&[])), (LIMITS, left(7))];
        let blog_is = format!("ok blog: `{blog}` may be written");
        assert_eq!(
            findings(blog, &replies).await,
            [
                ANYTHING,
                "ok log-in: is accepted, and is that of `me`",
                blog_is.as_str(),
                "ok reading: own posts can be read back",
                "ok today: 7 posts are left of the day's",
            ]
        );
    }
}

#[tokio::test]
async fn a_blog_of_somebody_else_is_trouble_and_what_cannot_be_read_a_warning() {
    let replies = [
        (USER, user(&json!([{"name": "me"}]))),
        ("GET /v2/blog/other/posts", refused(403, 0)),
        (LIMITS, left(0)),
    ];
    let found = findings("other", &replies).await;
    assert_eq!(
        found[2],
        "trouble blog: `other` is none of the blogs that this log-in may write"
    );
    assert!(found[3].starts_with("warning reading: own posts cannot be read back ("));
    assert!(found[4].starts_with("warning today: no post is left"));
}

#[tokio::test]
async fn keys_that_are_not_accepted_are_trouble() {
    let found = findings("me", &[(USER, refused(401, 1016))]).await;
    assert_eq!(found.len(), 2);
    assert!(found[1].starts_with("trouble log-in: "), "{found:?}");
}
