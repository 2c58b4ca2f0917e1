//! What can go wrong at Instagram, Threads and Facebook.

use serde_json::Value;

use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::INSTAGRAM_ALICE;
use crate::sandbox::accounts::THREADS_ALICE;
use crate::sandbox::testing::host;
use crate::sandbox::tests::Outside;
use crate::sandbox::tests::read_all;
use crate::sandbox::tests::sent;

/// The request by which a post becomes public, for each platform.
const PUBLISHING: [(&str, &str); 3] = [
    ("instagram", "/v26.0/me/media_publish"),
    ("threads", "/v1.0/me/threads_publish"),
    ("facebook", "/v26.0/me/feed"),
];

fn token(platform: &str) -> &'static str {
    match platform {
        "instagram" => INSTAGRAM_ALICE.token,
        "threads" => THREADS_ALICE.token,
        _ => FACEBOOK_ALICE.token,
    }
}

impl Outside {
    /// Sends a form and returns the answer, which is empty if the server hangs up.
    async fn form(&self, platform: &str, path: &str, form: &str) -> String {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{form}",
            token(platform),
            form.len()
        );
        read_all(sent(self.address(), &request).await).await
    }

    /// Does everything up to the visible step, and returns the parameters of that.
    async fn stage(&self, platform: &str, host: &str) -> String {
        let (path, form) = match platform {
            "instagram" => ("/v26.0/me/media", format!("image_url={host}/a.jpg")),
            "threads" => ("/v1.0/me/threads", "media_type=TEXT&text=hello".to_owned()),
            _ => return "message=hello".to_owned(),
        };
        let answer = self.form(platform, path, &form).await;
        format!("creation_id={}", body(&answer)["id"].as_str().unwrap())
    }

    async fn container(&self, platform: &str, creation: &str) -> Value {
        let (version, field) = match platform {
            "threads" => ("v1.0", "status"),
            _ => ("v26.0", "status_code"),
        };
        let id = creation.strip_prefix("creation_id=").unwrap();
        let path = format!(
            "/{version}/{id}?fields={field}&access_token={}",
            token(platform)
        );
        body(&self.get(&path, "").await)[field].clone()
    }
}

fn body(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|_| panic!("no JSON: {answer}"))
}

#[tokio::test]
async fn a_lost_answer_leaves_a_post_or_none_and_is_logged_by_platform() {
    let host = host().await;
    for (platform, path) in PUBLISHING {
        for (deed, posts) in [("act-and-hang-up", 1), ("refuse-and-hang-up", 0)] {
            let fault = format!("{platform} POST {path} #1 {deed}");
            let outside = Outside::with(&fault).await;
            let form = outside.stage(platform, &host).await;
            assert_eq!(outside.form(platform, path, &form).await, "");
            assert_eq!(outside.posts().await, posts, "{fault}");
            let last = outside.lines().pop().unwrap();
            assert_eq!(last["platform"], platform);
            assert_eq!(last["event"], "hung_up");
            assert_eq!(last["fault"], fault);
        }
    }
}

#[tokio::test]
async fn a_fault_may_make_any_request_of_a_flow_its_own() {
    let host = host().await;
    for (platform, path, form) in [
        ("instagram", "/v26.0/me/media", "image_url=HOST/a.jpg"),
        ("threads", "/v1.0/me/threads", "media_type=TEXT&text=hello"),
        (
            "facebook",
            "/v26.0/me/photos",
            "url=HOST/a.jpg&published=false",
        ),
    ] {
        let form = form.replace("HOST", &host);
        let outside = Outside::with(&format!("{platform} POST {path} #1 act-and-hang-up")).await;
        assert_eq!(outside.form(platform, path, &form).await, "");
        let again = outside.form(platform, path, &form).await;
        assert!(body(&again)["id"].is_string(), "{again}");
        assert_eq!(outside.posts().await, 0);
    }
}

#[tokio::test]
async fn an_error_is_told_in_the_platforms_words_with_or_without_the_post() {
    let host = host().await;
    for (platform, path) in PUBLISHING {
        let own_status = if platform == "threads" { 500 } else { 403 };
        for (deed, status, code, posts) in [
            ("error:4/2207051", 400, 4, 0),
            ("act-and-error:4/2207051", 400, 4, 1),
            ("error:10", own_status, 10, 0),
            ("act-and-error:10", own_status, 10, 1),
            ("act-and-error:2", 500, 2, 1),
            ("status:429 Retry-After: 7", 429, 4, 0),
        ] {
            let fault = format!("{platform} POST {path} #1 {deed}");
            let outside = Outside::with(&fault).await;
            let form = outside.stage(platform, &host).await;
            let answer = outside.form(platform, path, &form).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{answer}"
            );
            assert_eq!(body(&answer)["error"]["code"], code, "{answer}");
            assert_eq!(
                answer.contains("retry-after: 7\r\n"),
                deed.contains("Retry")
            );
            assert_eq!(outside.posts().await, posts, "{fault}");
        }
    }
}

#[tokio::test]
async fn what_stands_before_graph_answers_without_json() {
    let fault = "facebook POST /v26.0/me/feed #1 act-and-status:502";
    let outside = Outside::with(fault).await;
    let answer = outside
        .form("facebook", "/v26.0/me/feed", "message=hello")
        .await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert!(answer.contains("content-type: text/html"), "{answer}");
    assert_eq!(outside.posts().await, 1);
}

#[tokio::test]
async fn a_container_may_end_as_it_is_made_as_it_is_published_or_seem_unpublished() {
    let host = host().await;
    for (platform, path) in &PUBLISHING[..2] {
        let made = path
            .replace("_publish", "")
            .replace("media_publish", "media");
        for (at, state, is_public) in [
            (made.as_str(), "ERROR", false),
            (path, "EXPIRED", false),
            (path, "FINISHED", true),
        ] {
            let fault = format!("{platform} POST {at} #1 container:{state}");
            let outside = Outside::with(&fault).await;
            let form = outside.stage(platform, &host).await;
            let answer = outside.form(platform, path, &form).await;
            assert_eq!(answer.starts_with("HTTP/1.1 200 "), is_public, "{answer}");
            assert_eq!(outside.posts().await, usize::from(is_public), "{fault}");
            assert_eq!(outside.container(platform, &form).await, state, "{fault}");
        }
    }
}

#[tokio::test]
async fn the_log_names_a_parameter_that_graph_does_not_know_and_not_what_it_says() {
    let outside = Outside::with("").await;
    let form = "message=hello&colour=nobody%27s+business";
    outside.form("facebook", "/v26.0/me/feed", form).await;
    let events = ["received", "unknown_parameter", "acted", "answered"];
    assert_eq!(outside.events(), events);
    assert_eq!(outside.lines()[1]["parameter"], "colour");
    let log = std::fs::read_to_string(&outside.log).unwrap();
    assert!(!log.contains("business"), "{log}");
    assert!(!log.contains(FACEBOOK_ALICE.token), "{log}");
}

#[tokio::test]
async fn the_timeline_shows_posts_of_all_three_with_their_pictures() {
    let (outside, host) = (Outside::with("").await, host().await);
    for (platform, path) in PUBLISHING {
        let form = outside.stage(platform, &host).await;
        outside.form(platform, path, &form).await;
    }
    let page = outside.get("/", "").await;
    for network in ["Instagram", "Threads", "Facebook"] {
        assert!(page.contains(&format!("@alice on {network}")), "{page}");
    }
    let picture = page.split("<img src=\"").nth(1).unwrap();
    let picture = picture.split('"').next().unwrap();
    assert!(picture.starts_with("/instagram/pictures/"), "{picture}");
    let request = format!("HEAD {picture} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\r\n");
    let head = read_all(sent(outside.address(), &request).await).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.contains("content-type: image/jpeg"), "{head}");
}
