//! What a client of Mastodon sees.

mod keys;
mod media;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::MastodonVersion;
use crate::sandbox::Options;
use crate::sandbox::accounts::MASTODON_ALICE;
use crate::sandbox::accounts::MASTODON_BOB;
use crate::sandbox::accounts::MASTODON_READ_ONLY_TOKEN;
use crate::sandbox::mastodon::text;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;
use crate::sandbox::testing::png;

const STATUSES: &str = "/api/v1/statuses";
const PNG_PART: &str = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
                        Content-Type: image/png";

fn world(version: MastodonVersion) -> World {
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let mut options = Options::new(Clock::paused(start));
    options.mastodon_version = version;
    World::new(&options)
}

fn status(body: &Value) -> Ask {
    Ask::post(STATUSES).bearer(MASTODON_ALICE.token).json(body)
}

fn keyed() -> Ask {
    status(&json!({"status": "hello"})).header("Idempotency-Key", "a key")
}

fn upload(file: &[u8]) -> Ask {
    Ask::post("/api/v2/media")
        .bearer(MASTODON_ALICE.token)
        .upload(PNG_PART, file, "a black box")
}

fn get(path: &str) -> Ask {
    Ask::get(path).bearer(MASTODON_ALICE.token)
}

fn id(told: &Told) -> String {
    assert!(told.status < 300, "{told:?}");
    told.json()["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_refused(told: &Told, status: u16, words: &str) {
    assert_eq!(told.status, status, "{}", told.text);
    assert_eq!(told.json()["error"], words);
}

#[test]
fn mastodon_counts_addresses_as_23_and_mentions_without_their_host() {
    let long = format!("https://example.com/{}", "a".repeat(200));
    let table = [
        ("", "hello", 5),
        ("cw", "hello", 7),
        ("", "👨‍👩‍👧‍👦é", 2),
        ("", "https://example.com", 23),
        ("", "http://a.de", 23),
        ("", long.as_str(), 23),
        ("", "see https://example.com/a_(b), ok", 31),
        ("", "see https://example.com/a?b=c#d.", 28),
        ("", "example.com/abc", 15),
        ("https://example.com/abcdefg", "", 27),
        ("", "@alice@example.social hi", 9),
        ("", "@alice hi", 9),
        ("", "mail alice@example.com", 22),
        ("", "https://example.com/@alice@example.social", 23),
        ("", "xhttps://example.com/abcdefgh", 29),
    ];
    for (spoiler, text, length) in table {
        assert_eq!(text::length(spoiler, text), length, "{spoiler:?} {text:?}");
    }
}

#[test]
fn an_address_without_a_known_ending_counts_by_its_letters() {
    assert_eq!(text::length("", "https://example.notatld/a"), 25);
    assert_eq!(text::length("", "http://localhost/abcdefghi"), 26);
}

#[tokio::test]
async fn a_status_may_have_500_characters_and_no_more() {
    let world = World::ordinary();
    let fits = status(&json!({"status": "é".repeat(500)}));
    assert_eq!(world.ask(fits).await.status, 200);
    let too_long = world.ask(status(&json!({"status": "é".repeat(501)}))).await;
    let words = "Validation failed: Text character limit of 500 exceeded";
    check_refused(&too_long, 422, words);
}

#[tokio::test]
async fn a_wrong_token_is_401_and_a_narrow_one_403() {
    let world = World::ordinary();
    let body = json!({"status": "hello"});
    let without = world.ask(Ask::post(STATUSES).json(&body)).await;
    check_refused(&without, 401, "The access token is invalid");
    let wrong = world.ask(Ask::post(STATUSES).bearer("x").json(&body)).await;
    check_refused(&wrong, 401, "The access token is invalid");
    let narrow = Ask::post(STATUSES)
        .bearer(MASTODON_READ_ONLY_TOKEN)
        .json(&body);
    let told = world.ask(narrow).await;
    check_refused(&told, 403, "This action is outside the authorized scopes");
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn a_token_tells_what_it_may_do_and_a_wrong_one_nothing() {
    let world = World::ordinary();
    let info = "/oauth/token/info";
    let told = world
        .ask(Ask::get(info).bearer(MASTODON_READ_ONLY_TOKEN))
        .await;
    assert_eq!(told.json()["scope"], json!(["read"]));
    let app = "/api/v1/apps/verify_credentials";
    let told = world
        .ask(Ask::get(app).bearer(MASTODON_READ_ONLY_TOKEN))
        .await;
    assert_eq!(told.json()["scopes"], json!(["read"]));
    for path in [info, app] {
        let wrong = world.ask(Ask::get(path).bearer("x")).await;
        assert_eq!(wrong.status, 401);
    }
}

#[tokio::test]
async fn wrong_types_and_values_are_refused_and_unknown_fields_are_not() {
    let world = World::ordinary();
    for body in [
        json!({"status": 7}),
        json!({"status": "a", "sensitive": 7}),
        json!({"status": "a", "media_ids": "7"}),
        json!({"status": "a", "media_ids": [7]}),
        json!({"status": "a", "visibility": "secret"}),
        json!({"status": ""}),
        json!({"status": "a", "scheduled_at": "2030-01-01T00:00:00Z"}),
    ] {
        assert_eq!(world.ask(status(&body)).await.status, 422, "{body}");
    }
    let unknown = status(&json!({"status": "a", "colour": "red"}));
    assert_eq!(world.ask(unknown).await.status, 200);
}

#[tokio::test]
async fn a_status_keeps_everything_that_was_asked_for() {
    let world = World::ordinary();
    let form = "status=a+%3Cb%3E%0A%0Ahttps%3A%2F%2Fexample.com&visibility=unlisted&language=de\
                &spoiler_text=careful";
    let ask = Ask::post(STATUSES).bearer(MASTODON_ALICE.token).form(form);
    let told = world.ask(ask).await;
    let posted = told.json();
    assert_eq!(posted["visibility"], "unlisted");
    assert_eq!(posted["language"], "de");
    assert_eq!(posted["spoiler_text"], "careful");
    assert_eq!(posted["sensitive"], true);
    let content = posted["content"].as_str().unwrap();
    assert!(content.starts_with("<p>a &lt;b&gt;</p><p><a href=\"https://example.com\""));
    let path = format!("{STATUSES}/{}/source", id(&told));
    let source = world.ask(get(&path)).await.json();
    assert_eq!(source["text"], "a <b>\n\nhttps://example.com");
    let page = world.ask(Ask::get(&format!("/@alice/{}", id(&told)))).await;
    assert!(page.text.contains("a &lt;b&gt;"), "{}", page.text);
}

#[tokio::test]
async fn an_account_lists_its_newest_first_and_pages_by_link() {
    let world = World::ordinary();
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(id(&world
            .ask(status(&json!({"status": number.to_string()})))
            .await));
    }
    let base = format!("/api/v1/accounts/{}/statuses", MASTODON_ALICE.id);
    let listed = |told: &Told| -> Vec<String> {
        let body = told.json();
        let statuses = body.as_array().unwrap().iter();
        statuses
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = world.ask(get(&format!("{base}?limit=2"))).await;
    assert_eq!(listed(&first), [ids[2].clone(), ids[1].clone()]);
    let next = format!("max_id={}>; rel=\"next\"", ids[1]);
    assert!(first.header("link").contains(&next), "{first:?}");
    let since = world.ask(get(&format!("{base}?since_id={}", ids[0]))).await;
    assert_eq!(listed(&since), [ids[2].clone(), ids[1].clone()]);
    let above = world
        .ask(get(&format!("{base}?min_id={}&limit=1", ids[0])))
        .await;
    assert_eq!(listed(&above), [ids[1].clone()]);
    let below = world.ask(get(&format!("{base}?max_id={}", ids[1]))).await;
    assert_eq!(listed(&below), [ids[0].clone()]);
}

#[tokio::test]
async fn only_its_author_sees_a_private_status() {
    let world = World::ordinary();
    let told = world
        .ask(status(&json!({"status": "a", "visibility": "private"})))
        .await;
    let path = format!("{STATUSES}/{}", id(&told));
    assert_eq!(world.ask(get(&path)).await.status, 200);
    check_refused(&world.ask(Ask::get(&path)).await, 404, "Record not found");
    let bob = Ask::get(&path).bearer(MASTODON_BOB.token);
    assert_eq!(world.ask(bob).await.status, 404);
}

#[tokio::test]
async fn a_deleted_status_is_gone_and_its_media_can_be_used_again() {
    let world = World::ordinary();
    let media = id(&world.ask(upload(&png())).await);
    let body = json!({"status": "a", "media_ids": [media]});
    let path = format!("{STATUSES}/{}", id(&world.ask(status(&body)).await));
    let delete = || Ask::new(Method::DELETE, &path).bearer(MASTODON_ALICE.token);
    assert_eq!(world.ask(delete()).await.json()["text"], "a");
    assert_eq!(world.ask(delete()).await.status, 404);
    assert!(world.posts().is_empty());
    assert_eq!(world.ask(status(&body)).await.status, 200);
}

#[tokio::test]
async fn a_log_in_by_code_gives_a_token_that_can_post() {
    let world = World::ordinary();
    let app = Ask::post("/api/v1/apps").form(
        "client_name=hayon&redirect_uris=urn:ietf:wg:oauth:2.0:oob&scopes=write:statuses+profile",
    );
    let app = world.ask(app).await.json();
    let text = |name: &str| app[name].as_str().unwrap().to_owned();
    let client = format!("client_id={}", text("client_id"));
    let oob = "redirect_uri=urn:ietf:wg:oauth:2.0:oob";
    let page = format!("/oauth/authorize?{client}&{oob}&response_type=code&scope=write:statuses");
    let page = world.ask(Ask::get(&page)).await;
    let code = page.text.split("value=\"").nth(1).unwrap();
    let code = code.split('"').next().unwrap();
    let secret = text("client_secret");
    let form = format!("{client}&client_secret={secret}&{oob}&code={code}");
    let exchange =
        |grant: &str| Ask::post("/oauth/token").form(&format!("{form}&grant_type={grant}"));
    let refused = world.ask(exchange("password")).await;
    check_refused(&refused, 400, "unsupported_grant_type");
    let token = world.ask(exchange("authorization_code")).await.json();
    assert_eq!(token["scope"], "write:statuses");
    check_refused(
        &world.ask(exchange("authorization_code")).await,
        400,
        "invalid_grant",
    );
    let ask = Ask::post(STATUSES)
        .bearer(token["access_token"].as_str().unwrap())
        .json(&json!({"status": "hello"}));
    assert_eq!(world.ask(ask).await.json()["application"]["name"], "hayon");
}

#[tokio::test(start_paused = true)]
async fn every_answer_tells_the_rate_limit_in_mastodons_form() {
    let world = world(MastodonVersion::V4_5);
    let told = world.ask(get("/api/v1/accounts/verify_credentials")).await;
    assert_eq!(told.json()["username"], "alice");
    assert_eq!(
        told.header("x-ratelimit-reset"),
        "2026-11-23T10:05:00.000000Z"
    );
}
