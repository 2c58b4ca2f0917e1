//! Every request that is no post is held against its description too: those of a checkup, of a renewal
//! and of a post that is taken down.

use std::sync::Arc;

use serde_json::json;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::platforms::facebook;
use crate::platforms::facebook::FacebookAccount;
use crate::platforms::facebook::FacebookPublisher;
use crate::platforms::graph::testing::TOKEN;
use crate::platforms::graph::testing::assert_proper;
use crate::platforms::graph::testing::id;
use crate::platforms::graph::testing::page;
use crate::platforms::graph::testing::quota;
use crate::platforms::graph::testing::refused;
use crate::platforms::instagram;
use crate::platforms::instagram::InstagramAccount;
use crate::platforms::instagram::InstagramPublisher;
use crate::platforms::testing::NOW;
use crate::platforms::testing::Pictures;
use crate::platforms::testing::account;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::session_store;
use crate::platforms::threads;
use crate::platforms::threads::ThreadsAccount;
use crate::platforms::threads::ThreadsPublisher;
use crate::post::platform::Platform;
use crate::publish::Publisher;
use crate::publish::Renewal;
use crate::publish::Renewed;
use crate::publish::TakenDown;
use crate::publish::checkup::Checkup;

const RENEW: &str = "GET /refresh_access_token";

fn clock() -> Clock {
    Clock::paused(NOW.parse().unwrap())
}

fn instagram_on(server: &Server) -> InstagramAccount {
    InstagramAccount {
        name: account(),
        user_id: "17".to_owned(),
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
    }
}

fn threads_on(server: &Server) -> ThreadsAccount {
    ThreadsAccount {
        name: account(),
        user_id: Some("17".to_owned()),
        reply_control: None,
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
    }
}

fn facebook_on(server: &Server) -> FacebookAccount {
    FacebookAccount {
        name: account(),
        page_id: "7".to_owned(),
        api: server.origin.clone(),
        token: Secret::new(TOKEN),
    }
}

fn publisher(platform: Platform, server: &Server) -> Box<dyn Publisher> {
    let (http, media) = (Arc::new(Http::new()), Arc::new(Pictures));
    match platform {
        Platform::Instagram => {
            let account = instagram_on(server);
            Box::new(InstagramPublisher::new(
                http,
                media,
                account,
                session_store(),
            ))
        }
        Platform::Threads => {
            let account = threads_on(server);
            Box::new(ThreadsPublisher::new(http, media, account, session_store()))
        }
        _ => Box::new(FacebookPublisher::new(http, media, facebook_on(server))),
    }
}

async fn checkup(platform: Platform, server: &Server) -> Checkup {
    let (http, sessions, clock) = (Arc::new(Http::new()), session_store(), clock());
    match platform {
        Platform::Instagram => {
            instagram::check::check(&http, &sessions, instagram_on(server), &clock).await
        }
        Platform::Threads => {
            threads::check::check(&http, &sessions, threads_on(server), &clock).await
        }
        _ => facebook::check::check(&http, facebook_on(server), &clock).await,
    }
}

fn named() -> Reply {
    json_reply(200, &json!({"id": "17", "username": "me", "name": "me"}))
}

#[tokio::test]
async fn a_checkup_asks_only_what_is_described() {
    for (platform, replies) in [
        (
            Platform::Instagram,
            vec![
                ("GET /v26.0/17", named()),
                ("GET /v26.0/17/media", page(&[])),
                ("GET /v26.0/17/content_publishing_limit", quota(1, 50)),
            ],
        ),
        (
            Platform::Threads,
            vec![
                ("GET /v1.0/me", named()),
                ("GET /v1.0/me/threads", page(&[])),
                ("GET /v1.0/me/threads_publishing_limit", quota(1, 250)),
            ],
        ),
        (
            Platform::Facebook,
            vec![
                ("GET /v26.0/7", named()),
                ("GET /v26.0/7/published_posts", page(&[])),
            ],
        ),
    ] {
        let server = Server::new(replies).await;
        let checkup = checkup(platform, &server).await;
        assert_proper(&server, platform);
        let grades: Vec<&str> = checkup.findings.iter().map(|it| it.grade.name()).collect();
        assert!(grades.iter().all(|grade| *grade == "ok"), "{checkup:?}");
    }
}

#[tokio::test]
async fn a_renewal_asks_only_what_is_described() {
    for platform in [Platform::Instagram, Platform::Threads] {
        let given =
            json!({"access_token": "next", "token_type": "bearer", "expires_in": 5_184_000});
        let server = Server::new([(RENEW, json_reply(200, &given))]).await;
        let renewed = publisher(platform, &server)
            .renew_credential(Renewal::Now, &clock())
            .await
            .unwrap();
        assert!(matches!(renewed, Renewed::Until(Some(_))), "{renewed:?}");
        assert_proper(&server, platform);
    }
}

#[tokio::test]
async fn a_post_is_taken_down_and_looked_for_only_as_is_described() {
    for (platform, version) in [
        (Platform::Instagram, "v26.0"),
        (Platform::Threads, "v1.0"),
        (Platform::Facebook, "v26.0"),
    ] {
        let (delete, read) = (
            format!("DELETE /{version}/900"),
            format!("GET /{version}/900"),
        );
        let gone = json_reply(200, &json!({"success": true}));
        let server = Server::new([(delete.as_str(), gone)]).await;
        let publisher = publisher(platform, &server);
        let taken = publisher.take_down("900", &clock()).await.unwrap();
        assert_eq!(taken, TakenDown::Now);
        assert_proper(&server, platform);

        // Whether it was there is asked where the refusal leaves that open.
        server.expect(&delete, refused(400, 100, 33));
        server.expect(&read, id("900"));
        let _ = publisher.take_down("900", &clock()).await;
        assert_eq!(server.received(&read).len(), 1);
        assert_proper(&server, platform);
    }
}
