//! What a look finds among our own statuses.

mod blind;

use serde_json::Value;
use serde_json::json;

use crate::platforms::mastodon::tests::VERIFY;
use crate::platforms::mastodon::tests::publisher;
use crate::platforms::mastodon::tests::text_post;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::post::post::Post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Publisher;

const INSTANCE: &str = "GET /api/v2/instance";
const PAGE: &str = "GET /api/v1/accounts/9/statuses";

/// When the sending whose answer was lost began.
const SENT: &str = "2026-11-23T11:59:30Z";

fn status(id: &str, created_at: &str, content: &str) -> Value {
    json!({"id": id, "created_at": created_at, "content": content, "spoiler_text": "",
           "url": format!("https://m.example/@me/{id}"), "media_attachments": [],
           "reblog": null, "in_reply_to_id": null})
}

fn me() -> (&'static str, Reply) {
    (
        VERIFY,
        json_reply(200, &json!({"id": "9", "username": "me"})),
    )
}

fn page(statuses: &[Value]) -> (&'static str, Reply) {
    (PAGE, json_reply(200, &json!(statuses)))
}

fn source(id: &str, text: &str) -> (String, Reply) {
    let reply = json_reply(200, &json!({"id": id, "text": text, "spoiler_text": ""}));
    (format!("GET /api/v1/statuses/{id}/source"), reply)
}

fn no_source(id: &str) -> (String, Reply) {
    let route = format!("GET /api/v1/statuses/{id}/source");
    (
        route,
        json_reply(404, &json!({"error": "Record not found"})),
    )
}

/// The answer of a server that honours the key.
fn mastodon() -> (&'static str, Reply) {
    let described = json!({"api_versions": {"mastodon": 11}});
    (INSTANCE, json_reply(200, &described))
}

fn sent() -> Delivery {
    Delivery::new(None).with_unanswered("post status", SENT)
}

async fn look(
    delivery: &Delivery,
    post: &Post,
    replies: &[(&'static str, Reply)],
    sources: &[(String, Reply)],
) -> Result<Looked, PublishError> {
    let server = Server::new(replies.iter().cloned()).await;
    for (route, reply) in sources {
        server.expect(route, reply.clone());
    }
    publisher(&server).look(post, &delivery.attempt()).await
}

#[track_caller]
fn assert_found(looked: Result<Looked, PublishError>, id: &str) {
    let Ok(Looked::Found(published)) = looked else {
        panic!("{looked:?}");
    };
    assert_eq!(published.remote_id.as_deref(), Some(id));
    let url = format!("https://m.example/@me/{id}");
    assert_eq!(published.url, Some(url));
}

#[tokio::test]
async fn what_was_written_tells_it() {
    let statuses = [
        status("12", "2026-11-23T11:59:59.000Z", "<p>other</p>"),
        status("11", "2026-11-23T11:59:31.000Z", "<p>hello @bob</p>"),
        status("10", "2026-11-23T09:00:00.000Z", "<p>hello @bob</p>"),
    ];
    let post = text_post("hello @bob@b.example");
    let sources = [source("12", "other"), source("11", "hello @bob@b.example")];
    assert_found(
        look(&sent(), &post, &[me(), page(&statuses)], &sources).await,
        "11",
    );
}

#[tokio::test]
async fn where_nobody_tells_what_was_written_the_html_does() {
    let html = r#"<p>hello <a href="https://a.example/x"><span class="invisible">https://</span><span>a.example/x</span></a><br>&amp; more</p>"#;
    let statuses = [
        status("11", "2026-11-23T11:59:31.000Z", html),
        status("10", "2026-11-22T09:00:00.000Z", ""),
    ];
    let post = text_post("hello https://a.example/x\n& more");
    assert_found(
        look(&sent(), &post, &[me(), page(&statuses)], &[no_source("11")]).await,
        "11",
    );
}

#[tokio::test]
async fn it_is_absent_once_the_whole_window_was_read() {
    let post = text_post("hello");
    let old = status("10", "2026-11-23T11:50:00.000Z", "<p>hello</p>");
    let newer = status("11", "2026-11-23T11:59:40.000Z", "<p>hello, world</p>");
    for statuses in [vec![newer.clone(), old], Vec::new()] {
        let has_newer = !statuses.is_empty();
        let sources = [source("11", "hello, world")];
        let sources = if has_newer { &sources[..] } else { &[] };
        let looked = look(&sent(), &post, &[me(), page(&statuses)], sources).await;
        assert_eq!(looked, Ok(Looked::Absent));
    }
}

#[tokio::test]
async fn the_window_is_read_page_by_page() {
    let server = Server::new([
        me(),
        page(&[status("12", "2026-11-23T11:59:50.000Z", "")]),
        page(&[status("11", "2026-11-23T11:59:40.000Z", "")]),
        page(&[]),
    ])
    .await;
    server.expect(&source("12", "").0, source("12", "one").1);
    server.expect(&source("11", "").0, source("11", "two").1);
    let delivery = sent();
    let looked = publisher(&server)
        .look(&text_post("hello"), &delivery.attempt())
        .await;
    assert_eq!(looked, Ok(Looked::Absent));
    let asked: Vec<String> = server.received(PAGE).into_iter().map(|r| r.line).collect();
    let first = format!("{PAGE}?limit=40&exclude_reblogs=true");
    assert_eq!(
        asked,
        [
            first.clone(),
            format!("{first}&max_id=12"),
            format!("{first}&max_id=11")
        ]
    );
}

#[tokio::test]
async fn a_server_that_always_shows_the_same_page_is_noticed() {
    let created_at = "2026-11-23T11:59:50.000Z";
    let (short, default, full) = (19, 20, 40);
    for (count, looked) in [
        (short, Looked::Absent),
        (default, Looked::CannotTell),
        (full, Looked::CannotTell),
    ] {
        let statuses: Vec<Value> = (100..100 + count)
            .map(|id| {
                let mut reply = status(&id.to_string(), created_at, "");
                reply["in_reply_to_id"] = json!("1");
                reply
            })
            .collect();
        let mut replies = vec![me(), page(&statuses), page(&statuses)];
        replies.extend((looked == Looked::CannotTell).then(mastodon));
        assert_eq!(
            look(&sent(), &text_post("hello"), &replies, &[]).await,
            Ok(looked)
        );
    }
}

#[tokio::test]
async fn after_ten_pages_nobody_can_tell() {
    let pages = (0..10).map(|n| {
        let mut reply = status(&format!("{}", 100 - n), "2026-11-23T11:59:50.000Z", "");
        reply["in_reply_to_id"] = json!("1");
        page(&[reply])
    });
    let replies: Vec<_> = std::iter::once(me())
        .chain(pages)
        .chain([mastodon()])
        .collect();
    let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
    assert_eq!(looked, Ok(Looked::CannotTell));
}

#[tokio::test]
async fn what_was_edited_since_may_have_been_ours() {
    for (spoiler, text) in [("", "hello, with a mistake mended"), ("cats", "hello")] {
        let mut edited = status("11", "2026-11-23T11:59:40.000Z", "");
        edited["edited_at"] = json!("2026-11-23T11:59:55.000Z");
        edited["spoiler_text"] = json!(spoiler);
        let old = status("10", "2026-11-22T09:00:00.000Z", "");
        let replies = [me(), page(&[edited, old]), mastodon()];
        let sources = [source("11", text)];
        // With another warning it need not be asked for its text.
        let asked = if spoiler.is_empty() {
            &sources[..]
        } else {
            &[]
        };
        let looked = look(&sent(), &text_post("hello"), &replies, asked).await;
        assert_eq!(looked, Ok(Looked::CannotTell), "{spoiler}, {text}");
    }
}

#[tokio::test]
async fn of_two_that_match_the_older_is_ours() {
    let statuses = [
        status("12", "2026-11-23T11:59:50.000Z", ""),
        status("11", "2026-11-23T11:59:40.000Z", ""),
        status("10", "2026-11-22T09:00:00.000Z", ""),
    ];
    let sources = [source("12", "hello"), source("11", "hello")];
    let looked = look(
        &sent(),
        &text_post("hello"),
        &[me(), page(&statuses)],
        &sources,
    )
    .await;
    assert_found(looked, "11");
}

#[tokio::test]
async fn what_belongs_to_another_delivery_never_matches() {
    let statuses = [
        status("12", "2026-11-23T11:59:50.000Z", ""),
        status("11", "2026-11-23T11:59:40.000Z", ""),
        status("10", "2026-11-22T09:00:00.000Z", ""),
    ];
    let mut delivery = sent();
    delivery.taken = vec!["11".to_owned()];
    let sources = [source("12", "hello")];
    let looked = look(
        &delivery,
        &text_post("hello"),
        &[me(), page(&statuses)],
        &sources,
    )
    .await;
    assert_found(looked, "12");
}

#[tokio::test]
async fn the_window_is_by_the_clock_of_the_server() {
    // Its clock is an hour behind: what it calls 10:59:40 was ten seconds after our sending.
    let statuses = [
        status("11", "2026-11-23T10:59:40.000Z", ""),
        status("10", "2026-11-23T10:50:00.000Z", ""),
    ];
    let (route, reply) = page(&statuses);
    let reply = reply.with_header("Date", "Mon, 23 Nov 2026 11:00:00 GMT");
    let sources = [source("11", "hello")];
    let looked = look(
        &sent(),
        &text_post("hello"),
        &[me(), (route, reply)],
        &sources,
    )
    .await;
    assert_found(looked, "11");
}

#[tokio::test]
async fn rewritten_text_is_adopted_after_a_sending_only() {
    let statuses = [
        status(
            "11",
            "2026-11-23T11:59:40.000Z",
            "<p>a <b>bold</b> word</p>",
        ),
        status("10", "2026-11-20T09:00:00.000Z", ""),
    ];
    let post = text_post("a *bold* word");
    let replies = [me(), page(&statuses)];
    assert_found(
        look(&sent(), &post, &replies, &[no_source("11")]).await,
        "11",
    );
    let keyed = Delivery::new(Some("release-1"));
    let looked = look(&keyed, &post, &replies, &[no_source("11")]).await;
    assert_eq!(looked, Ok(Looked::CannotTell));
}

#[tokio::test]
async fn with_a_key_an_equal_post_of_the_last_day_is_adopted() {
    let statuses = [
        status("11", "2026-11-22T13:00:00.000Z", ""),
        status("10", "2026-11-22T09:00:00.000Z", ""),
    ];
    let keyed = Delivery::new(Some("release-1"));
    let sources = [source("11", "hello")];
    let looked = look(
        &keyed,
        &text_post("hello"),
        &[me(), page(&statuses)],
        &sources,
    )
    .await;
    assert_found(looked, "11");
}

#[tokio::test]
async fn a_look_that_fails_is_an_error_and_no_absence() {
    for reply in [
        json_reply(503, &json!({})),
        json_reply(429, &json!({})),
        json_reply(401, &json!({})),
        Reply::HangUp,
        Reply::Cut,
        text_reply(200, "text/html", "<html>"),
        json_reply(200, &json!({"error": "no"})),
    ] {
        let mut replies = vec![me(), (PAGE, reply.clone())];
        if matches!(reply, Reply::HangUp) {
            replies.push((PAGE, reply));
        }
        let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
        assert!(looked.is_err(), "{looked:?}");
    }
    let statuses = [status("11", "2026-11-23T11:59:40.000Z", "")];
    let source = (
        "GET /api/v1/statuses/11/source".to_owned(),
        json_reply(502, &json!({})),
    );
    let replies = [me(), page(&statuses)];
    let looked = look(&sent(), &text_post("hello"), &replies, &[source]).await;
    assert!(looked.is_err(), "{looked:?}");
}

#[tokio::test]
async fn where_the_server_tells_what_was_written_at_once_nobody_asks() {
    let mut told = status(
        "11",
        "2026-11-23T11:59:40.000Z",
        "<p>a <b>bold</b> word</p>",
    );
    told["text"] = json!("a *bold* word");
    let statuses = [told, status("10", "2026-11-22T09:00:00.000Z", "")];
    let post = text_post("a *bold* word");
    let keyed = Delivery::new(Some("release-1"));
    assert_found(
        look(&keyed, &post, &[me(), page(&statuses)], &[]).await,
        "11",
    );
}

#[tokio::test]
async fn a_request_that_only_reads_is_sent_again_after_a_hang_up() {
    let replies = [
        (VERIFY, Reply::HangUp),
        me(),
        (PAGE, Reply::HangUp),
        page(&[]),
    ];
    let looked = look(&sent(), &text_post("hello"), &replies, &[]).await;
    assert_eq!(looked, Ok(Looked::Absent));
}
